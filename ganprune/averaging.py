"""The averaged generator, which is what is pruned: how fast its weights follow those that are trained."""

import torch
from torch import Tensor, nn

SHARE = 0.03  # averaged weights look back over about this share of the generator's steps so far


def averaging_pace(step: int | Tensor) -> float | Tensor:
    """After so many steps of the generator, whatever their total; a tensor where the number is one."""
    pace = 1 / (SHARE * step)
    return pace.clamp(max=1.0) if isinstance(pace, Tensor) else min(1.0, pace)


@torch.no_grad()
def follow(averaged: nn.Module, trained: nn.Module, pace: float | Tensor) -> None:
    """Move the averaged weights by this share of the way."""
    there, here = list(trained.parameters()), list(averaged.parameters())
    if isinstance(pace, float):
        torch._foreach_lerp_(here, there, pace)
    else:  # which `_foreach_lerp_` takes from the host alone
        way = torch._foreach_sub(there, here)
        torch._foreach_mul_(way, pace)
        torch._foreach_add_(here, way)
