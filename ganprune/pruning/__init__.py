"""The shelf of pruning methods.

A member prunes after training. It is a function `(weights, random) -> scores`: for the weights of the layers
(a list of tensors) it gives tensors of the same shapes, each entry the score of a weight in the unit of the
method's threshold. A weight goes when its score is below the threshold. So a threshold is applied by one
comparison, and solved for a wanted sparsity by one sort.
A new member is a new file and a line here; `tests/contracts/test_methods.py` covers it at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ganprune.pruning.magnitude import magnitude
from ganprune.pruning.percentage import percentage
from ganprune.pruning.random import random
from ganprune.pruning.sensitivity import sensitivity

Scores = Callable[[list[Tensor], torch.Generator], list[Tensor]]


@dataclass(frozen=True)
class Method:
    scores: Scores
    unit: str  # of its threshold
    below: float  # thresholds lie in [0, below)
    most: float = 1.0  # a threshold that takes more than this share of the weights is refused


METHODS: dict[str, Method] = {
    "percentage": Method(percentage, "percent of each layer", below=100),
    "sensitivity": Method(sensitivity, "standard deviations of each layer", below=100, most=0.99),
    "magnitude": Method(magnitude, "share of all weights", below=1),
    "random": Method(random, "share of each layer", below=1),  # the control
}
