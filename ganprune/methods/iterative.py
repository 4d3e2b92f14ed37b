"""Iterative pruning: rounds of training, after each of which the smallest of the remaining weights go.

After Chen et al. 2021 ("GANs can play lottery tickets too"): a fifth of what is left goes, of the whole generator, and
the rest begins once more from where it was early on; so do averaged weights, discriminator and both optimisers. Decided
here: rounds are epochs of one training, whose pictures and latents go on; or, `rewind_to: nowhere`, so do all weights.
"""

from collections.abc import Collection
from typing import Literal

import torch
from pydantic import Field, NonNegativeInt, PositiveInt

from ganprune.config import PruneSettings, TrialSettings
from ganprune.hooks import Distance, TrainingHook
from ganprune.masking import maskable_share
from ganprune.methods.shrinking import Shrinking, ShrinkingSettings, too_much
from ganprune.phases import PhasedMethod
from ganprune.run import Run
from ganprune.train import Training


class IterativeSettings(ShrinkingSettings):
    share: float = Field(0.2, gt=0, lt=1)  # of the weights that are left, which go after each round
    epochs_a_round: PositiveInt = 4
    rewind_to: NonNegativeInt | Literal["nowhere"] = 0  # the epochs after which all was as it then is again

    def gone(self, epoch: int) -> float:
        """Of the weights that may go, the share that is out in an epoch; the first one is 0."""
        return 1 - (1 - self.share) ** (epoch // self.epochs_a_round)


class Rounds(Shrinking):
    @property
    def idle_epochs(self) -> int:
        """What all begins from again must have been seen."""
        own = self._settings
        return own.epochs_a_round if own.rewind_to == "nowhere" else own.rewind_to

    def before_epoch(self, training: Training, distance: Distance | None) -> None:
        epoch, own = training.epoch, self._settings
        if epoch == own.rewind_to:
            self.remember(
                early={name: each for name, each in training.tensors().items() if not name.startswith("hook_")}
            )
        if epoch and epoch % own.epochs_a_round == 0:
            self.shrink(training, own.gone(epoch))
            self._rewind(training)

    def _rewind(self, training: Training) -> None:
        """All but the number of epochs and what is out."""
        if early := self._last.get("early"):
            _, step = early["step"].tolist()
            training.restore(training.tensors() | early | {"step": torch.tensor([training.epoch, step])})
            self.hold_still(training, self.masks["generator"])


class Iterative(PhasedMethod):
    Settings = IterativeSettings

    def hooks(self, prune: PruneSettings) -> dict[str, TrainingHook]:
        return {"iterative": Rounds(IterativeSettings(**prune.own), prune.spare_output)}

    def points(self, run: Run) -> Collection[int]:
        """The end of every round."""
        rounds = IterativeSettings(**run.settings.prune.own).epochs_a_round
        return range(rounds, run.settings.train.epochs + 1, rounds)

    def refusal(self, settings: TrialSettings) -> str | None:
        own, epochs = IterativeSettings(**settings.prune.own), settings.train.epochs
        if epochs % own.epochs_a_round or epochs == own.epochs_a_round:
            return f"{epochs} epochs are not two or more rounds of {own.epochs_a_round}; let epochs_a_round divide them"
        if own.rewind_to != "nowhere" and own.rewind_to >= own.epochs_a_round:
            return f"rewind_to {own.rewind_to} is not before the end of a round, {own.epochs_a_round}; rewind further"
        return too_much(settings, own.gone(epochs - 1))

    def at(self, settings: TrialSettings, sparsity: float) -> TrialSettings | None:
        """In about four rounds."""
        epochs, may_go = settings.train.epochs, maskable_share(settings.model, settings.prune.spare_output)
        rounds = min((n for n in range(2, epochs + 1) if epochs % n == 0), key=lambda n: abs(n - 4), default=None)
        if not rounds or sparsity >= may_go:
            return None
        asked = settings.with_own(
            share=1 - (1 - sparsity / may_go) ** (1 / (rounds - 1)), epochs_a_round=epochs // rounds
        )
        return None if self.refusal(asked) else asked
