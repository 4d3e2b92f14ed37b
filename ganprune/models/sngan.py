"""SNGAN (Miyato et al. 2018, tables 3 and 4): residual networks, the discriminator's weights under a spectral norm.

The paper's generator of 32 pixels is 256 wide, its discriminator 128: four and two times `width` 64.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, relu
from torch.nn.utils.parametrizations import spectral_norm

from ganprune.config import ModelSettings
from ganprune.models.gan import Gan, check_side
from ganprune.models.initialise import initialise

Norm = Callable[[int], nn.Module]  # of so many channels
OUTPUTS = {"generator": {"to_picture"}, "discriminator": {"to_logit"}}


class Sngan(Gan):
    def __init__(self, settings: ModelSettings):
        check_side(settings)
        super().__init__(settings, *self._nets(settings), OUTPUTS)

    def _nets(self, settings: ModelSettings) -> tuple[nn.Module, nn.Module]:
        return Generator(settings), Discriminator(settings)

    def initialise(self, random: torch.Generator) -> None:
        for net in self.nets.values():
            initialise(net, random, xavier)


def xavier(weight: Tensor, random: torch.Generator) -> None:
    """Uniform, its variance by the widths on both sides (Glorot and Bengio 2010)."""
    nn.init.xavier_uniform_(weight, generator=random)


class Up(nn.Module):
    """A residual block that doubles the side; norms before convolutions."""

    def __init__(self, width: int, norm: Norm = nn.BatchNorm2d):
        super().__init__()
        self.norm1, self.conv1 = norm(width), nn.Conv2d(width, width, 3, padding=1)
        self.norm2, self.conv2 = norm(width), nn.Conv2d(width, width, 3, padding=1)
        self.shortcut = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        residual = self.conv1(doubled(relu(self.norm1(x))))
        return self.conv2(relu(self.norm2(residual))) + self.shortcut(doubled(x))


def doubled(x: Tensor) -> Tensor:
    return interpolate(x, scale_factor=2.0)


class Generator(nn.Module):
    """Latents (n, latent) to pictures (n, channels, side, side) in [-1, 1]."""

    def __init__(
        self, settings: ModelSettings, block: Callable[[int, Norm], nn.Module] = Up, norm: Norm = nn.BatchNorm2d
    ):
        super().__init__()
        width, doublings = 4 * settings.width, (settings.side // 4).bit_length() - 1
        self.from_latents = nn.ConvTranspose2d(settings.latent, width, 4)  # as wide as a layer of all 4x4 places
        self.blocks = nn.Sequential(*(block(width, norm) for _ in range(doublings)))
        self.norm = norm(width)
        self.to_picture = nn.Conv2d(width, settings.channels, 3, padding=1)

    def forward(self, latents: Tensor) -> Tensor:
        drawn = self.blocks(self.from_latents(latents[:, :, None, None]))
        return torch.tanh(self.to_picture(relu(self.norm(drawn))))


class Discriminator(nn.Module):
    """Pictures (n, channels, side, side) to logits (n,): above 0 means real. Down to 8x8, then two blocks that stay."""

    def __init__(self, settings: ModelSettings):
        super().__init__()
        width, halvings = 2 * settings.width, (settings.side // 8).bit_length() - 1
        downs = [Down(settings.channels if step == 0 else width, width, first=step == 0) for step in range(halvings)]
        self.blocks = nn.Sequential(*downs, Down(width, width, halves=False), Down(width, width, halves=False))
        self.to_logit = spectral_norm(nn.Linear(width, 1, bias=False))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.to_logit(self.seen(pictures)).flatten()

    def seen(self, pictures: Tensor) -> Tensor:
        """(n, width): what its logit is of."""
        return relu(self.blocks(pictures)).sum(dim=(2, 3))


class Down(nn.Module):
    """A residual block without norms; the first one sees pixels, which no ReLU may cut."""

    def __init__(self, wide_in: int, wide: int, first: bool = False, halves: bool = True):
        super().__init__()
        self.first, self.halves = first, halves
        self.conv1 = spectral_norm(nn.Conv2d(wide_in, wide, 3, padding=1))
        self.conv2 = spectral_norm(nn.Conv2d(wide, wide, 3, padding=1))
        self.shortcut = spectral_norm(nn.Conv2d(wide_in, wide, 1)) if first or halves else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        residual = self.conv2(relu(self.conv1(x if self.first else relu(x))))
        return self._pooled(residual) + self._pooled(self.shortcut(x))

    def _pooled(self, x: Tensor) -> Tensor:
        return avg_pool2d(x, 2) if self.halves else x
