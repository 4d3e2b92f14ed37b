"""Percentage pruning: in each layer, weights below the Q-th percentile of |w| go (Khanna and Srivatsa)."""

import torch
from pydantic import Field
from torch import Tensor

from ganprune.methods.ranks import ranks
from ganprune.settings import Settings


class PercentageSettings(Settings):
    threshold: float = Field(50.0, ge=0, lt=100, description="percent of each layer")


def percentage(weights: list[Tensor], random: torch.Generator) -> list[Tensor]:
    """The percentile of each |w| in its own layer, zeros included."""
    return [100 * ranks(weight.abs()) for weight in weights]
