"""What Pix2Pix and CycleGAN have in common: a picture of one kind is drawn from a picture of another."""

from functools import partial

import torch
from torch import Tensor, nn

from ganprune.config import ModelSettings
from ganprune.models.gan import Gan, Inputs
from ganprune.models.resnet import ResNet
from ganprune.models.unet import UNet
from ganprune.prunable import prunable

BATCH_NORM = nn.BatchNorm2d
INSTANCE_NORM = partial(nn.InstanceNorm2d, affine=False)  # the default, written out: no scale to prune by


class Translator(Gan):
    """Its generator takes pictures of the other kind, which come from the data."""

    translates = True

    def inputs(
        self, n: int, random: torch.Generator, labels: Tensor | None = None, source: Tensor | None = None
    ) -> Inputs:
        """The pictures to be translated; where none are given noise, for whoever only asks what goes in."""
        if source is None:
            settings = self.settings
            shape = (n, settings.channels, settings.side, settings.side)
            source = 2 * torch.rand(shape, generator=random, device=random.device) - 1
        return {"source": source}


def generator_of(settings: ModelSettings, norm) -> nn.Module:
    """A U-Net, or a ResNet where there are residual blocks."""
    shape = (settings.side, settings.channels, settings.width)
    return ResNet(*shape, settings.blocks, norm) if settings.blocks else UNet(*shape, norm)


def last_layer(net: nn.Module) -> set[str]:
    """What draws the picture, or tells the logits."""
    return {list(prunable(net))[-1]}
