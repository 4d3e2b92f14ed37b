"""SNGAN with classes (Miyato and Koyama 2018): the generator's norms are conditional, the discriminator projects.

As in the paper, the class's embedding is under a spectral norm and multiplies the features that the logit is of.
"""

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import relu
from torch.nn.utils.parametrizations import spectral_norm

from ganprune.config import ModelSettings
from ganprune.models import sngan
from ganprune.models.conditional_norm import ConditionalNorm


class Csngan(sngan.Sngan):
    conditional = True

    def _nets(self, settings: ModelSettings) -> tuple[nn.Module, nn.Module]:
        return Generator(settings), Discriminator(settings)


class Up(sngan.Up):
    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        residual = self.conv1(sngan.doubled(relu(self.norm1(x, labels))))
        return self.conv2(relu(self.norm2(residual, labels))) + self.shortcut(sngan.doubled(x))


class Generator(sngan.Generator):
    """Latents (n, latent) and labels (n,) to pictures (n, channels, side, side) in [-1, 1]."""

    def __init__(self, settings: ModelSettings):
        super().__init__(settings, Up, partial(ConditionalNorm, settings.classes))

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        drawn = self.from_latents(latents[:, :, None, None])
        for block in self.blocks:
            drawn = block(drawn, labels)
        return torch.tanh(self.to_picture(relu(self.norm(drawn, labels))))


class Discriminator(sngan.Discriminator):
    """Pictures (n, channels, side, side) and labels (n,) to logits (n,): above 0 means real, and of that class."""

    def __init__(self, settings: ModelSettings):
        super().__init__(settings)
        self.of_class = spectral_norm(nn.Embedding(settings.classes, self.to_logit.in_features))

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        seen = self.seen(pictures)
        return self.to_logit(seen).flatten() + (seen * self.of_class(labels)).sum(dim=1)
