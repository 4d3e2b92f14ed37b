"""Percentage pruning: in each layer, weights below the Q-th percentile of |w| go (Khanna and Srivatsa)."""

import torch
from torch import Tensor

from ganprune.pruning.ranks import ranks


def percentage(weights: list[Tensor], random: torch.Generator) -> list[Tensor]:
    """The percentile of each |w| in its own layer, zeros included."""
    return [100 * ranks(weight.abs()) for weight in weights]
