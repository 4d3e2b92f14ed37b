"""How many weights of each layer are active where a share of all is (ERK; Mocanu et al. 2018, Evci et al. 2020)."""

from collections.abc import Mapping
from functools import lru_cache

import torch

from ganprune.config import ModelSettings
from ganprune.masking import maskable
from ganprune.models import Gan, build
from ganprune.prunable import prunable

Shapes = Mapping[str, torch.Size]  # of the weights that may go, by the names of parameters


def shapes(gan: Gan, net: str, spare_output: bool) -> tuple[Shapes, int]:
    """And the number of all weights that are counted, those of spared layers among them."""
    counted = sum(weight.numel() for weight in prunable(gan.nets[net]).values())
    return {name: weight.shape for name, weight in maskable(gan, net, spare_output).items()}, counted


def active(of: Shapes, counted: int, density: float) -> dict[str, int]:
    """In proportion to the sum of a weight's dimensions over their product; small layers stay whole.

    What is spared is active too. ValueError where so few leave a layer empty.
    """
    sizes = {name: shape.numel() for name, shape in of.items()}
    left, thinned, counts = round(density * counted) - (counted - sum(sizes.values())), set(sizes), dict(sizes)
    if left <= 0:
        raise ValueError(f"density {density:g} leaves nothing but layers that are spared")
    while thinned:
        scale = (left - sum(sizes[name] for name in sizes.keys() - thinned)) / sum(sum(of[name]) for name in thinned)
        whole = {name for name in thinned if scale * sum(of[name]) >= sizes[name]}
        if not whole:
            counts |= {name: round(scale * sum(of[name])) for name in thinned}
            break
        thinned -= whole
    if empty := [name for name, count in counts.items() if count < 1]:
        raise ValueError(f"density {density:g} leaves nothing of {min(empty)}")
    return counts


@lru_cache
def refusal(model: ModelSettings, net: str, spare_output: bool, density: float) -> str | None:
    """Why such a network can't be that sparse."""
    try:
        active(*shapes(build(model), net, spare_output), density)
    except ValueError as error:
        return f"{error} in the {net}; raise it"
    return None
