"""What methods share whose masks only shrink while a GAN trains: the generator's smallest weights go for good."""

from typing import Literal

import torch
from torch import Tensor

from ganprune.config import TrialSettings
from ganprune.masking import maskable_sizes
from ganprune.masks import Masks
from ganprune.methods.magnitude import magnitude
from ganprune.methods.ranks import ranks
from ganprune.phases import Phases
from ganprune.settings import Settings
from ganprune.train import Training

Scope = Literal["layer", "global"]


class ShrinkingSettings(Settings):
    scope: Scope = "global"  # the smallest of all go, or the same share of every layer


class Shrinking(Phases):
    """What goes is judged beside the generator as it was before the first weight went."""

    VERSION = 1

    def captured_as(self) -> str:
        return "shrinking"

    def shrink(self, training: Training, share: float) -> None:
        """As many of the weights that may go are out."""
        if "dense" not in self._last:
            self.remember(**self._last, dense=training.averaged.state_dict())
        weights = {name: training.generator.get_parameter(name).detach() for name in self.masks["generator"]}
        self.hold_still(training, without_the_smallest(weights, share, self._settings.scope))

    def hold_still(self, training: Training, masks: Masks) -> None:
        """Held, and no momentum is left of what is out."""
        self.hold(training, "generator", masks)
        for name, mask in self.masks["generator"].items():
            for moment in training.optimisers["g"].moments(training.generator.get_parameter(name)):
                moment.masked_fill_(~mask, 0)

    def before_descent(self, side: str, training: Training) -> None:
        """Nor is any gained."""
        self.hold_gradients(side, training)


def without_the_smallest(weights: dict[str, Tensor], share: float, scope: Scope) -> Masks:
    """The largest of every layer stays, so that none is emptied. Zeros are the smallest: what is out stays out."""
    sizes = [weight.abs() for weight in weights.values()]
    places = magnitude(sizes, random=torch.Generator()) if scope == "global" else map(ranks, sizes)
    stay = [(place >= share) | (size == size.max()) for place, size in zip(places, sizes, strict=True)]
    return dict(zip(weights, stay, strict=True))


def too_much(settings: TrialSettings, share: float) -> str | None:
    """Why so many of the weights that may go can not: some layer would be empty."""
    sizes = maskable_sizes(settings.model, settings.prune.spare_output)
    left = max(0, round((1 - share) * sum(sizes)))
    if left >= len(sizes):
        return None
    return f"of {sum(sizes):,} weights it leaves {left} to {len(sizes)} layers; take less"
