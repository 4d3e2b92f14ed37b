"""A generator without the weights that a setting gives up: the same steps wherever a point is made, or made again."""

import copy

from torch import nn

from ganprune import seeds
from ganprune.config import TrialSettings
from ganprune.models.gan import recalibrate
from ganprune.prunable import prunable
from ganprune.pruning.prune import Masks, Sieve, apply, sieve
from ganprune.train import Training


def sieve_of(net: nn.Module, settings: TrialSettings) -> Sieve:
    """The weights of a network, scored by the method of these settings."""
    random = seeds.generator(settings.train.seed, "pruning")
    return sieve(prunable(net), settings.prune.method, random, settings.prune.spare_output)


def without(dense: nn.Module, masks: Masks) -> nn.Module:
    """A copy that keeps what the masks keep."""
    net = copy.deepcopy(dense)
    apply(masks, prunable(net))
    return net


def mended(net: nn.Module, settings: TrialSettings, training: Training) -> nn.Module:
    """The same network, ready to draw: its batch norm recalibrated, unless the settings say otherwise."""
    if settings.prune.recalibrate:
        recalibrate(net, training.recalibration_latents())
    return net.eval()
