"""The axis that areas are taken over: halvings of the weights, since linear sparsity hides the region of interest."""

import numpy as np


def cost_axis(sparsity):
    """Halvings of the weights, as a fraction of a hundredfold: log2(1 / (1 - sparsity)) / log2(100) in [0, 1]."""
    with np.errstate(divide="ignore"):
        return np.clip(np.log2(1 / (1 - np.asarray(sparsity, dtype=float))) / np.log2(100), 0, 1)


def sparsity_at(cost: float) -> float:
    """The inverse of `cost_axis`."""
    return float(1 - 100**-cost)
