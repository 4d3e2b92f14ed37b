"""The shelf of architectures.

A member is a function from `ModelSettings` to a `Gan`: a generator from latents (n, latent) to pictures
(n, channels, side, side) in [-1, 1], and a discriminator from such pictures to logits (n,).
A new member is a new file and a line here; `tests/contracts/test_models.py` covers it at once.
"""

import torch

from ganprune.config import ModelSettings
from ganprune.models import dcgan
from ganprune.models.gan import Gan

MODELS = {"dcgan": dcgan.dcgan}


def build(settings: ModelSettings) -> Gan:
    """The pair of networks that the settings describe; to be initialised, or loaded.

    Their memory is left as it is found, because PyTorch's own initialisation draws from the global random state.
    """
    with torch.device("meta"):
        gan = MODELS[settings.name](settings)
    return Gan(gan.generator.to_empty(device="cpu"), gan.discriminator.to_empty(device="cpu"))


__all__ = ["MODELS", "Gan", "build"]
