"""The control: weights go by lot, the same share of each layer."""

import torch
from torch import Tensor

from ganprune.pruning.ranks import ranks


def random(weights: list[Tensor], random: torch.Generator) -> list[Tensor]:
    """A weight's place in a shuffled layer."""
    lots = [torch.rand(weight.shape, generator=random, dtype=torch.float64) for weight in weights]
    return [ranks(lot).to(weight.device) for lot, weight in zip(lots, weights, strict=True)]
