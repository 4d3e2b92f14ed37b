"""How near a translated picture is to the true one, and how much it differs from what was translated.

A distance of distributions sees neither: pictures with exchanged partners score as real ones do.
"""

import torch
from torch import Tensor

from ganprune.metrics.evidence import Evidence

RIDGE = 1e-6  # of the mean variance: features may be constant


def l1(true: Tensor, drawn: Tensor) -> Tensor:
    """(n,) mean distance of uint8 pictures (n, channels, height, width), in the unit of the loss: [-1, 1]."""
    return (true.double() - drawn.double()).abs().mean(dim=(1, 2, 3)) / 127.5


def psnr(true: Tensor, drawn: Tensor) -> Tensor:
    """(n,) peak signal to noise in dB; an equal picture counts as one that is off by half a level."""
    error = (true.double() - drawn.double()).square().mean(dim=(1, 2, 3))
    return 10 * (255**2 / error.clamp(min=0.25)).log10()


def share_of_target(seen: Evidence) -> Tensor | None:
    """Share of the drawn that a linear discriminant (Fisher 1936) between sources and real targets takes for targets.

    In the features that `fcd` has. A CycleGAN that returns its input has what the sources have.
    """
    if seen.source is None:
        return None
    of, to = seen.source.rows, seen.real.rows
    within = (of.T.cov() + to.T.cov()) / 2
    ridge = RIDGE * within.diagonal().mean() * torch.eye(len(within), dtype=of.dtype, device=of.device)
    axis = torch.linalg.solve(within + ridge, to.mean(0) - of.mean(0))
    middle = (of.mean(0) + to.mean(0)) / 2
    return ((seen.drawn.rows - middle) @ axis > 0).double().mean()
