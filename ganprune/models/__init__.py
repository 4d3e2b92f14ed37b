"""The shelf of architectures.

A member makes a `Gan` of `ModelSettings`: its networks by name, what the generator takes, which layers give the
answers, and how the weights begin. The generator draws pictures (n, channels, side, side) in [-1, 1], the discriminator
gives such pictures logits, (n,) or (n, 1, height, width) of patches. A conditional pair takes labels (n,) as a last
argument; one that translates draws from pictures, and its discriminator may look at these as well.
A new member is a new file and a line here; `tests/contracts/test_models.py` covers it at once.
"""

import torch

from ganprune.config import ModelSettings
from ganprune.models.cdcgan import Cdcgan
from ganprune.models.csngan import Csngan
from ganprune.models.cyclegan import CycleGan
from ganprune.models.dcgan import dcgan
from ganprune.models.gan import Gan
from ganprune.models.pix2pix import Pix2Pix
from ganprune.models.sngan import Sngan

MODELS = {
    "dcgan": dcgan,
    "sngan": Sngan,
    "cdcgan": Cdcgan,  # as the class asks
    "csngan": Csngan,
    "pix2pix": Pix2Pix,
    "cyclegan": CycleGan,
}
OWN_LOSSES = {"pix2pix": "pix2pix", "cyclegan": "cyclegan"}  # by model: the only one that knows its networks


def build(settings: ModelSettings) -> Gan:
    """The networks that the settings describe; to be initialised, or loaded.

    PyTorch draws their first weights from the global random state, which is left as it was.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return MODELS[settings.name](settings)


__all__ = ["MODELS", "Gan", "build"]
