"""The balance of a game: how much of its way the generator goes in one step (ADAPT; Wang et al. 2023, balance ratio).

In logits of the discriminator, the way leads from what was drawn before the step to real pictures. Above a half the
discriminator is too weak for its generator, below it is too strong.
"""

import copy
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ganprune import seeds
from ganprune.losses.batch import Batch

if TYPE_CHECKING:
    from ganprune.train import Training


class Balance:
    """Added up over many looks: gain by gap, as single ratios have no mean where the two sides are told apart badly."""

    def __init__(self, training: "Training"):
        self._before = [weight.detach().clone() for weight in training.generator.parameters()]
        self.sums = torch.zeros(2, dtype=torch.float64, device=training.device)  # the gain, and the gap

    @torch.no_grad()
    def note(self, generator: nn.Module) -> None:
        """As it is before its step."""
        torch._foreach_copy_(self._before, list(generator.parameters()))

    @torch.no_grad()
    def look(self, training: "Training", batch: Batch) -> None:
        """After the step, at what both draw of the same inputs; on copies, since statistics would move."""
        gan, seed = training.gan, training.settings.seed
        random = seeds.generator(seed, "balance", training.step, device=training.device)
        inputs = gan.inputs(len(batch.pictures), random, batch.labels, batch.source)
        now, then = copy.deepcopy(gan.generator), copy.deepcopy(gan.generator)
        torch._foreach_copy_(list(then.parameters()), self._before)

        def judged(pictures: Tensor) -> Tensor:
            return copy.deepcopy(gan.discriminator)(pictures, *gan.beside(inputs)).mean()

        fake, better, real = judged(then(*inputs.values())), judged(now(*inputs.values())), judged(batch.pictures)
        self.sums += torch.stack([better - fake, real - fake])

    def ratio(self) -> float:
        """Of all looks since the last time; infinite where real pictures are not told from drawn ones."""
        gain, gap = self.sums.tolist()
        self.sums.zero_()
        return gain / gap if gap > 0 else float("inf")
