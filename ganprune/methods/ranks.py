"""Where an entry stands among all: the bridge from quantile thresholds to scores."""

import torch
from torch import Tensor


def ranks(values: Tensor) -> Tensor:
    """Share in [0, 1] of the way from the smallest to the largest; of equal values, that of the last.

    `values < quantile(values, q)` and `ranks(values) < q` choose the same entries (linear interpolation).
    """
    ordered = values.flatten().sort().values
    last = torch.searchsorted(ordered, values.contiguous(), right=True) - 1
    return last.double() / max(values.numel() - 1, 1)
