"""The axis that areas are taken over: halvings of a cost, since a linear one hides the region of interest."""

import numpy as np


def cost_axis(saved):
    """Of the share that is saved, halvings as a fraction of a hundredfold: log2(1 / (1 - saved)) / log2(100) in [0, 1].

    Of weights that share is the sparsity; of any other cost the axis is log(dense / cost) / log(100).
    """
    with np.errstate(divide="ignore"):
        return np.clip(np.log2(1 / (1 - np.asarray(saved, dtype=float))) / np.log2(100), 0, 1)


def sparsity_at(cost: float) -> float:
    """The inverse of `cost_axis`."""
    return float(1 - 100**-cost)
