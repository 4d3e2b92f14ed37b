"""Weighted sums over square windows that slide over pictures, inside them only.

A sum over sliding windows is two products with banded matrices, which is what a processor does fastest.
"""

from functools import cache

import torch
from torch import Tensor

HALVES = (0.5, 0.5)


def slide(maps: Tensor, weights: tuple[float, ...]) -> Tensor:
    """Weighted sums over square windows of (n, channels, height, width), inside the picture only."""
    height, width = (_band(side, weights, maps.dtype, maps.device) for side in maps.shape[2:])
    return height @ (maps @ width.T)


def halved(maps: Tensor) -> Tensor:
    """Means of 2x2 pixels; an odd last row or column is left out."""
    height, width = (side - side % 2 for side in maps.shape[2:])
    maps = maps[..., :height, :width]
    return slide(maps, HALVES)[..., ::2, ::2].contiguous()


@cache  # a GPU waits for whatever comes from the CPU
def _band(side: int, weights: tuple[float, ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    """(side - window + 1, side) matrix whose rows hold the window's weights, each a pixel further."""
    window = len(weights)
    if side < window:
        raise ValueError(f"a picture of {side} pixels is smaller than the window of {window}")
    places = side - window + 1
    rows = torch.tensor(weights, dtype=dtype).expand(places, window)
    band = torch.zeros(places, side, dtype=dtype)
    return band.scatter_(1, torch.arange(places)[:, None] + torch.arange(window), rows).to(device)
