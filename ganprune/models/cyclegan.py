"""CycleGAN (Zhu et al. 2017): a generator each way, a discriminator each side, and pools of pictures drawn before.

The generator that ships draws B from A; its discriminator judges B. What belongs to the way back is called so.
"""

from collections.abc import Mapping

from ganprune.config import ModelSettings
from ganprune.models.patchgan import PatchGan, patch_halvings
from ganprune.models.pool import Pool
from ganprune.models.translator import INSTANCE_NORM, Translator, generator_of, last_layer


class CycleGan(Translator):
    """At 256 pixels, width 64 and 9 blocks a generator has 11,378,179 parameters."""

    sides: Mapping[str, tuple[str, ...]] = {
        "g": ("generator", "generator_back"),
        "d": ("discriminator", "discriminator_back"),
    }

    def __init__(self, settings: ModelSettings):
        nets = {name: generator_of(settings, INSTANCE_NORM) for name in self.sides["g"]}
        nets |= {name: _critic(settings) for name in self.sides["d"]}
        outputs = {name: last_layer(net) for name, net in nets.items()}
        super().__init__(settings, nets["generator"], nets["discriminator"], outputs)
        self.nets = nets | {name: Pool(settings.channels, settings.side) for name in ("pool", "pool_back")}


def _critic(settings: ModelSettings) -> PatchGan:
    return PatchGan(settings.channels, settings.width, patch_halvings(settings.side), INSTANCE_NORM)
