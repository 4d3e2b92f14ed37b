"""A conditional DCGAN, in the two places that Miyato and Koyama (2018) found best for GANs.

The generator's norms scale and shift as the class asks for; the discriminator adds to its logit how much of what it
sees the class has, by projection. All else is the DCGAN's.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from ganprune.config import ModelSettings
from ganprune.models import dcgan
from ganprune.models.conditional_norm import ConditionalNorm
from ganprune.models.gan import Gan, check_side


class Cdcgan(Gan):
    conditional = True

    def __init__(self, settings: ModelSettings):
        check_side(settings)
        outputs = {"generator": {"to_picture"}, "discriminator": {"to_logit"}}
        super().__init__(settings, Generator(settings), Discriminator(settings), outputs)


class Generator(nn.Module):
    """Latents (n, latent) and labels (n,) to pictures (n, channels, side, side) in [-1, 1]."""

    def __init__(self, settings: ModelSettings):
        super().__init__()
        widths = dcgan.channel_widths(settings)
        first = nn.ConvTranspose2d(settings.latent, widths[0], 4, bias=False)
        others = [nn.ConvTranspose2d(wide, narrow, 4, 2, 1, bias=False) for wide, narrow in pairwise(widths)]
        self.convolutions = nn.ModuleList([first, *others])
        self.norms = nn.ModuleList(ConditionalNorm(settings.classes, width) for width in widths)
        self.to_picture = nn.ConvTranspose2d(widths[-1], settings.channels, 4, 2, 1, bias=False)

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        drawn = latents[:, :, None, None]
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            drawn = relu(norm(convolution(drawn), labels))
        return torch.tanh(self.to_picture(drawn))


class Discriminator(nn.Module):
    """Pictures (n, channels, side, side) and labels (n,) to logits (n,): above 0 means real, and of that class."""

    def __init__(self, settings: ModelSettings):
        super().__init__()
        *body, last = dcgan.Discriminator(settings).layers
        self.body, self.to_logit = nn.Sequential(*body), last
        self.of_class = nn.Embedding(settings.classes, self.to_logit.in_channels)

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        seen = self.body(pictures)
        return self.to_logit(seen).flatten() + (seen.sum(dim=(2, 3)) * self.of_class(labels)).sum(dim=1)
