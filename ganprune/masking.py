"""Masks that a method holds, and changes, while a GAN trains."""

from functools import lru_cache

import torch
from torch import Tensor

from ganprune.config import ModelSettings
from ganprune.hooks import TrainingHook
from ganprune.masks import Masks, apply, apply_to_side
from ganprune.models import Gan, build
from ganprune.prunable import prunable, weight_name
from ganprune.settings import Settings
from ganprune.train import Training


class Masking(TrainingHook):
    """At first all weights stay. Masks change in place: a captured step goes on reading the same tensors."""

    VERSION: int
    nets: tuple[str, ...] = ("generator",)

    def __init__(self, settings: Settings, spare_output: bool):
        """`settings`: the method's own."""
        self._settings, self._spare_output = settings, spare_output

    def key(self) -> dict:
        return self._settings.model_dump() | {"spare_output": self._spare_output, "version": self.VERSION}

    def begin(self, training: Training) -> None:
        weights = {net: maskable(training.gan, net, self._spare_output) for net in self.nets}
        self.masks = {net: {name: _all_stay(each) for name, each in of.items()} for net, of in weights.items()}

    def hold(self, training: Training, net: str, masks: Masks) -> None:
        """From now on these; what goes is gone from the averaged weights too, which would keep it alive for long."""
        for name, mask in masks.items():
            self.masks[net][name].copy_(mask)
        for network in [training.gan.nets[net]] + [training.averaged] * (net == "generator"):
            apply(self.masks[net], network)

    def hold_gradients(self, side: str, training: Training) -> None:
        """For methods whose masked weights are to have no momentum when they come back, or none at all."""
        for net in self.masks.keys() & set(training.gan.sides[side]):
            for name, mask in self.masks[net].items():
                training.gan.nets[net].get_parameter(name).grad.masked_fill_(~mask, 0)

    def after_descent(self, side: str, training: Training) -> None:
        apply_to_side(self.masks, training.gan, side)

    def live(self) -> dict[str, Tensor]:
        """What changes in place, all of it stored; a method adds its own."""
        return {f"{net}.{name}": mask for net, masks in self.masks.items() for name, mask in masks.items()}

    def tensors(self) -> dict[str, Tensor]:
        return self.live()

    def restore(self, state: dict[str, Tensor]) -> None:
        for name, tensor in self.live().items():
            tensor.copy_(state[name])


def maskable(gan: Gan, net: str, spare_output: bool) -> dict[str, Tensor]:
    """The weights that may go, by the names of parameters: not those of layers that are spared."""
    network, spared = gan.nets[net], gan.outputs[net] if spare_output else ()
    return {weight_name(network, layer): each for layer, each in prunable(network).items() if layer not in spared}


@lru_cache
def maskable_sizes(model: ModelSettings, spare_output: bool) -> tuple[int, ...]:
    """Of the generator's layers, how many weights of each may go."""
    return tuple(weight.numel() for weight in maskable(build(model), "generator", spare_output).values())


def maskable_share(model: ModelSettings, spare_output: bool) -> float:
    """Of all weights of the generator that are counted, those that may go."""
    return sum(maskable_sizes(model, spare_output)) / sum(maskable_sizes(model, False))


def _all_stay(weight: Tensor) -> Tensor:
    return torch.ones_like(weight, dtype=torch.bool)
