"""Pix2Pix (Isola et al. 2017): one generator, and a discriminator that judges a picture beside what it was drawn of."""

from torch import Tensor

from ganprune.config import ModelSettings
from ganprune.models.gan import Inputs
from ganprune.models.patchgan import PatchGan, patch_halvings
from ganprune.models.translator import BATCH_NORM, Translator, generator_of, last_layer


class Pix2Pix(Translator):
    """At 256 pixels and width 64 the U-Net has 54,413,955 parameters, at 32 pixels and width 16 1,043,619."""

    pairs = True

    def __init__(self, settings: ModelSettings):
        generator = generator_of(settings, BATCH_NORM)
        discriminator = PatchGan(2 * settings.channels, settings.width, patch_halvings(settings.side), BATCH_NORM)
        outputs = {"generator": last_layer(generator), "discriminator": last_layer(discriminator)}
        super().__init__(settings, generator, discriminator, outputs)

    def beside(self, inputs: Inputs) -> list[Tensor]:
        return [inputs["source"]]
