"""The shelf of architectures.

A member is a function from `ModelSettings` to a `Gan`: a generator from latents (n, latent) to pictures
(n, channels, side, side) in [-1, 1], and a discriminator from such pictures to logits (n,).
A new member is a new file and a line here; `tests/contracts/test_models.py` covers it at once.
"""

import torch
from torch import nn

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
    return Gan(_in_memory(gan.generator), _in_memory(gan.discriminator))


def _in_memory(net: nn.Module) -> nn.Module:
    """As `to_empty` does it, which would import a computer algebra system for that: 2 s in every process."""
    state = {name: torch.empty(tensor.shape, dtype=tensor.dtype) for name, tensor in net.state_dict().items()}
    net.load_state_dict(state, assign=True)
    return net


__all__ = ["MODELS", "Gan", "build"]
