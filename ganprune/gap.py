"""How well a discriminator tells real pictures from drawn ones while a generator is trained on: the gap of its logits.

Of a generator that was pruned alone it is said to widen until there is nothing left to learn (Li et al. 2021, GCC; the
collaboration of Ganjdanesh et al. 2024 is meant to keep it).
"""

import copy
from collections.abc import Hashable

import torch
from torch import Tensor

from ganprune import seeds
from ganprune.hooks import TrainingHook
from ganprune.losses.batch import Batch
from ganprune.train import Training

LOOKS = 16


class Gap(TrainingHook):
    """Looks at it every so many steps, without a trace in what is trained."""

    def __init__(self, steps: int):
        """`steps`: that there will be."""
        self.pause = max(1, steps // LOOKS)
        self._seen: list[Tensor] = []

    @property
    def seen(self) -> list[float]:
        """Mean logit of real pictures above that of drawn ones, look by look."""
        return torch.stack(self._seen).tolist() if self._seen else []

    def captured_as(self) -> Hashable:
        return "gap"

    @torch.no_grad()
    def at_pause(self, training: Training, batch: Batch) -> None:
        """On copies, since statistics would move."""
        gan, seed = training.gan, training.settings.seed
        random = seeds.generator(seed, "gap", training.step, device=training.device)
        inputs = gan.inputs(len(batch.pictures), random, batch.labels, batch.source)
        drawn = copy.deepcopy(gan.generator)(*inputs.values())

        def judged(pictures: Tensor) -> Tensor:
            return copy.deepcopy(gan.discriminator)(pictures, *gan.beside(inputs)).mean()

        self._seen.append(judged(batch.pictures) - judged(drawn))
