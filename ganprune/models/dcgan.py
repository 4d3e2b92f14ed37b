"""DCGAN (Radford, Metz and Chintala 2016), for any power of two from 16 to 64 pixels."""

from itertools import pairwise

from torch import Tensor, nn

from ganprune.config import ModelSettings
from ganprune.models.gan import Gan, check_side
from ganprune.prunable import prunable


def dcgan(settings: ModelSettings) -> Gan:
    """At 32 pixels, width 64 and latent size 100 the generator has 1,068,032 convolution weights."""
    check_side(settings)
    generator, discriminator = Generator(settings), Discriminator(settings)
    outputs = {"generator": {list(prunable(generator))[-1]}, "discriminator": {list(prunable(discriminator))[-1]}}
    return Gan(settings, generator, discriminator, outputs)


def channel_widths(settings: ModelSettings) -> list[int]:
    """Channels from the 4×4 layer to the last hidden one: they halve while the side doubles."""
    doublings = (settings.side // 4).bit_length() - 1
    return [settings.width * 2**step for step in reversed(range(doublings))]


class Generator(nn.Module):
    """Latents (n, latent) to pictures (n, channels, side, side) in [-1, 1]."""

    def __init__(self, settings: ModelSettings):
        super().__init__()
        widths = channel_widths(settings)
        self.spread = nn.Unflatten(1, (settings.latent, 1, 1))
        layers = self._up(settings.latent, widths[0], stride=1, padding=0)
        for wide, narrow in pairwise(widths):
            layers += self._up(wide, narrow)
        last = nn.ConvTranspose2d(widths[-1], settings.channels, 4, 2, 1, bias=False)
        self.layers = nn.Sequential(*layers, last, nn.Tanh())

    @staticmethod
    def _up(channels_in: int, channels_out: int, stride: int = 2, padding: int = 1) -> list[nn.Module]:
        conv = nn.ConvTranspose2d(channels_in, channels_out, 4, stride, padding, bias=False)
        return [conv, nn.BatchNorm2d(channels_out), nn.ReLU(inplace=True)]

    def forward(self, latents: Tensor) -> Tensor:
        return self.layers(self.spread(latents))


class Discriminator(nn.Module):
    """Pictures (n, channels, side, side) to logits (n,): above 0 means real."""

    def __init__(self, settings: ModelSettings):
        super().__init__()
        widths = channel_widths(settings)[::-1]
        layers = [nn.Conv2d(settings.channels, widths[0], 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
        for narrow, wide in pairwise(widths):
            layers += [nn.Conv2d(narrow, wide, 4, 2, 1, bias=False), nn.BatchNorm2d(wide)]
            layers += [nn.LeakyReLU(0.2, inplace=True)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4, bias=False))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.layers(pictures).flatten()
