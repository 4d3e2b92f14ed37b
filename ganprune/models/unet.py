"""The U-Net of Pix2Pix (Isola et al. 2017, appendix 6.1): down to one place, up again, and skips between equals.

Without the dropout of the original, whose noise changes its pictures little (ibid., section 3.2).
"""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn

from ganprune.errors import UserError

LEAST, MOST = 4, 8  # halvings; at 256 pixels eight lead to one place
WIDEST = 8  # times the first width


class UNet(nn.Module):
    """Pictures (n, channels, side, side) to such pictures, in [-1, 1]; nothing before a norm has a bias but its own."""

    def __init__(self, side: int, channels: int, width: int, norm: Callable[[int], nn.Module]):
        super().__init__()
        widths = [width * min(2**level, WIDEST) for level in range(halvings(side))]
        biased = not norm(1).affine  # else the norm shifts
        inner = [self._down(*each, norm, biased) for each in pairwise(widths[:-1])]
        first = nn.Conv2d(channels, width, 4, 2, 1, bias=biased)
        innermost = nn.Sequential(nn.LeakyReLU(0.2), nn.Conv2d(*widths[-2:], 4, 2, 1, bias=biased))
        self.downs = nn.ModuleList([first, *inner, innermost])
        read = [widths[-1], *(2 * each for each in widths[-2::-1])]
        ups = [self._up(*each, norm, biased) for each in zip(read, widths[-2::-1], strict=False)]
        last = nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(2 * width, channels, 4, 2, 1), nn.Tanh())
        self.ups = nn.ModuleList([*ups, last])

    @staticmethod
    def _down(wide: int, wider: int, norm: Callable[[int], nn.Module], biased: bool) -> nn.Module:
        return nn.Sequential(nn.LeakyReLU(0.2), nn.Conv2d(wide, wider, 4, 2, 1, bias=biased), norm(wider))

    @staticmethod
    def _up(wide: int, narrow: int, norm: Callable[[int], nn.Module], biased: bool) -> nn.Module:
        return nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(wide, narrow, 4, 2, 1, bias=biased), norm(narrow))

    def forward(self, source: Tensor) -> Tensor:
        skips = [source]
        for down in self.downs:
            skips.append(down(skips[-1]))
        drawn = self.ups[0](skips.pop())
        for up in self.ups[1:]:
            drawn = up(torch.cat([skips.pop(), drawn], dim=1))
        return drawn


def halvings(side: int) -> int:
    """How often a side is halved; UserError where that is too seldom."""
    found = min(MOST, (side & -side).bit_length() - 1)
    if found < LEAST:
        step = 2**LEAST
        near = sorted({max(step, side // step * step), (side // step + 1) * step})
        raise UserError(
            f"model: side {side}: a U-Net halves it {LEAST} times or more, so it is a multiple of {step}; set"
            f" {' or '.join(map(str, near))}"
        )
    return found
