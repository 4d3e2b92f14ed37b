"""Densities of layers: more of the small ones, as much of all as was asked for, and nothing is ever empty."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from ganprune import erk
from ganprune.config import ModelSettings
from ganprune.models import build

MODEL = ModelSettings(width=8, latent=8, side=32)
nets = pytest.mark.parametrize("net", ["generator", "discriminator"])
models = pytest.mark.parametrize("name", ["dcgan", "sngan"])


def _counts(name: str, net: str, density: float, spare: bool = True) -> tuple[dict[str, int], dict[str, int], int]:
    """Of each layer, the active weights and all; and the number of all that are counted."""
    of, counted = erk.shapes(build(MODEL.model_copy(update={"name": name})), net, spare)
    return erk.active(of, counted, density), {layer: shape.numel() for layer, shape in of.items()}, counted


@models
@nets
@settings(max_examples=20)
@given(density=some.floats(0.15, 0.99))
def test_the_share_asked_for_is_active_what_is_spared_included(name, net, density):
    active, sizes, counted = _counts(name, net, density)
    spared = counted - sum(sizes.values())
    assert sum(active.values()) + spared == pytest.approx(density * counted, abs=len(sizes))
    assert all(0 < active[layer] <= sizes[layer] for layer in sizes)


def test_layers_that_are_not_whole_stand_as_their_sums_of_dimensions():
    of = {"wide": torch.Size([64, 64, 3, 3]), "middle": torch.Size([32, 64, 3, 3]), "narrow": torch.Size([4, 2, 1, 1])}
    active = erk.active(of, sum(shape.numel() for shape in of.values()), 0.1)
    assert 8 == active["narrow"]  # whole
    assert active["wide"] / active["middle"] == pytest.approx((64 + 64 + 6) / (32 + 64 + 6), rel=1e-3)


def test_so_little_that_a_layer_would_be_empty_is_refused_in_a_line():
    assert erk.refusal(MODEL, "generator", True, 0.5) is None
    spared, empty = erk.refusal(MODEL, "generator", True, 0.001), erk.refusal(MODEL, "discriminator", False, 3e-4)
    assert "density 0.001 leaves nothing but layers that are spared in the generator" in spared
    assert "density 0.0003 leaves nothing of layers.0.weight in the discriminator" in empty
