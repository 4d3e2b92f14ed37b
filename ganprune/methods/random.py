"""The control: weights go by lot, the same share of each layer."""

import torch
from pydantic import Field
from torch import Tensor

from ganprune.methods.ranks import ranks
from ganprune.settings import Settings


class RandomSettings(Settings):
    threshold: float = Field(0.5, ge=0, lt=1, description="share of each layer")


def random(weights: list[Tensor], random: torch.Generator) -> list[Tensor]:
    """A weight's place in a shuffled layer."""
    lots = [torch.rand(weight.shape, generator=random, dtype=torch.float64) for weight in weights]
    return [ranks(lot).to(weight.device) for lot, weight in zip(lots, weights, strict=True)]
