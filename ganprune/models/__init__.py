"""The shelf of architectures.

A member is a function from `ModelSettings` to a `Gan`: a generator from latents (n, latent) to pictures
(n, channels, side, side) in [-1, 1], and a discriminator from such pictures to logits (n,). Weights are not
initialised from any global random state: `initialise` does it from a generator that is passed in.
A new member is a new file and a line here; `tests/contracts/test_models.py` covers it at once.
"""

from ganprune.config import ModelSettings
from ganprune.models import dcgan
from ganprune.models.gan import Gan

MODELS = {"dcgan": dcgan.dcgan}


def build(settings: ModelSettings) -> Gan:
    """The pair of networks that the settings describe, not initialised."""
    return MODELS[settings.name](settings)


__all__ = ["MODELS", "Gan", "build"]
