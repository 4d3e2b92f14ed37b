"""How far a score would be off with other samples: the delete-a-group jackknife."""

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor

from ganprune.metrics.evidence import View

Samples = TypeVar("Samples", Tensor, View)
GROUPS = 10
STUDENT_T = 2.262157  # 97.5 % quantile of Student's t with GROUPS - 1 degrees of freedom


def interval(score: Callable[[Samples], float], samples: Samples) -> tuple[float, float]:
    """Holds the mean score of so many samples in 95 % of cases; they are independent of each other.

    The score is taken ten times, each time without another tenth (Kott 2001, "The delete-a-group jackknife"). The
    samples' number biases a Fréchet distance upward; the interval is about the score at this very number.
    """
    groups = torch.arange(len(samples)).tensor_split(GROUPS)
    others = (torch.cat(groups[:left_out] + groups[left_out + 1 :]) for left_out in range(GROUPS))
    scores = torch.tensor([score(samples[kept]) for kept in others], dtype=torch.float64)
    error = ((GROUPS - 1) * scores.var(correction=0)).sqrt().item()
    whole = score(samples)
    return whole - STUDENT_T * error, whole + STUDENT_T * error
