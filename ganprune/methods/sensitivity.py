"""Sensitivity pruning: in each layer, |w| < s · std(w) goes (Han et al. 2015; Khanna and Srivatsa, s = 0.75)."""

import torch
from pydantic import Field
from torch import Tensor

from ganprune.settings import Settings


class SensitivitySettings(Settings):
    threshold: float = Field(0.75, ge=0, lt=10, description="standard deviations of each layer")  # at 10 none is left


def sensitivity(weights: list[Tensor], random: torch.Generator) -> list[Tensor]:
    """|w| in standard deviations of its own layer (population, not centred on zero, zeros included)."""
    return [_in_deviations(weight.double()) for weight in weights]


def _in_deviations(weight: Tensor) -> Tensor:
    deviation = weight.std(correction=0)
    return weight.abs() / deviation if deviation > 0 else torch.full_like(weight, torch.inf)
