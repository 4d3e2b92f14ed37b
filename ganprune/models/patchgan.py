"""PatchGAN (Isola et al. 2017, section 3.2.2): a logit for every patch of a picture, none for the whole."""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn

WIDEST = 8  # times the first width


class PatchGan(nn.Module):
    """Pictures (n, channels, side, side), and what each was drawn of if that is judged too, to logits (n, 1, ...)."""

    def __init__(self, channels: int, width: int, halvings: int, norm: Callable[[int], nn.Module]):
        """A patch is 16, 34 or 70 pixels wide after one, two or three halvings."""
        super().__init__()
        widths = [width * min(2**level, WIDEST) for level in range(halvings + 1)]
        biased = not norm(1).affine  # else the norm shifts
        layers = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        for level, (narrow, wide) in enumerate(pairwise(widths), start=1):
            stride = 2 if level < halvings else 1
            layers += [nn.Conv2d(narrow, wide, 4, stride, 1, bias=biased), norm(wide), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4, 1, 1))

    def forward(self, pictures: Tensor, *sources: Tensor) -> Tensor:
        return self.layers(torch.cat([*sources, pictures], dim=1))


def patch_halvings(side: int) -> int:
    """As many as keep a patch in the proportion of the original's, 70 of 256 pixels, as far as layers allow it."""
    return 1 + (side >= 32) + (side >= 128)
