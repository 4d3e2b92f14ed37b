"""Global magnitude pruning: the smallest |w| of the whole network go (Han et al. 2015; Frankle and Carbin 2019)."""

import torch
from pydantic import Field
from torch import Tensor

from ganprune.methods.ranks import ranks
from ganprune.settings import Settings


class MagnitudeSettings(Settings):
    threshold: float = Field(0.5, ge=0, lt=1, description="share of all weights")


def magnitude(weights: list[Tensor], random: torch.Generator) -> list[Tensor]:
    """The share of all weights that are smaller."""
    everything = ranks(torch.cat([weight.abs().flatten() for weight in weights]))
    parts = everything.split([weight.numel() for weight in weights])
    return [part.view_as(weight) for part, weight in zip(parts, weights, strict=True)]
