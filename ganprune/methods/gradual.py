"""Gradual pruning: one training from dense to sparsest, in which what is left makes up for what goes.

After Zhu and Gupta 2017 ("To prune, or not to prune", eq. 1): sparsity rises with the cube of what is to come, fast
while there is much to choose from. Decided here: weights go before an epoch, which then trains without them; by default
the smallest of the whole generator, where the paper takes as many of each layer; the discriminator stays dense.
"""

from collections.abc import Collection

from pydantic import Field, PositiveInt

from ganprune.config import PruneSettings, TrialSettings
from ganprune.hooks import Distance, TrainingHook
from ganprune.masking import maskable_share
from ganprune.methods.shrinking import Shrinking, ShrinkingSettings, too_much
from ganprune.phases import PhasedMethod
from ganprune.run import Run
from ganprune.train import Training


class GradualSettings(ShrinkingSettings):
    sparsity: float = Field(0.97, gt=0, lt=1)  # in the end
    warm_up: PositiveInt = 4  # epochs before the first weights go
    ramp: PositiveInt = 8  # epochs before each of which more of them go

    def held(self, epoch: int) -> float:
        """The share of all weights that is out in an epoch; the first one is 0."""
        progress = min(max(epoch - self.warm_up + 1, 0) / self.ramp, 1)
        return self.sparsity * (1 - (1 - progress) ** 3)


class Ramp(Shrinking):
    @property
    def idle_epochs(self) -> int:
        return self._settings.warm_up

    def before_epoch(self, training: Training, distance: Distance | None) -> None:
        before, now = (self._settings.held(epoch) for epoch in (training.epoch - 1, training.epoch))
        if now > before:
            self.shrink(training, now / maskable_share(training.model, self._spare_output))


class Gradual(PhasedMethod):
    Settings = GradualSettings

    def hooks(self, prune: PruneSettings) -> dict[str, TrainingHook]:
        return {"gradual": Ramp(GradualSettings(**prune.own), prune.spare_output)}

    def points(self, run: Run) -> Collection[int]:
        """The dense generator, and after each epoch that takes it to or past one more of the shared sparsities."""
        own = GradualSettings(**run.settings.prune.own)
        ramp = range(own.warm_up, own.warm_up + own.ramp)  # whose points come after them
        targets = [target for target in run.settings.prune.targets if 0 < target < own.sparsity] + [own.sparsity]
        return {own.warm_up, *(next(e + 1 for e in ramp if own.held(e) >= target) for target in targets)}

    def refusal(self, settings: TrialSettings) -> str | None:
        own, epochs = GradualSettings(**settings.prune.own), settings.train.epochs
        if own.warm_up + own.ramp > epochs:
            return f"warm_up {own.warm_up} and ramp {own.ramp} take more than the {epochs} epochs; train longer"
        return too_much(settings, own.sparsity / maskable_share(settings.model, settings.prune.spare_output))

    def at(self, settings: TrialSettings, sparsity: float) -> TrialSettings | None:
        """A quarter of the epochs dense, half of them on the way, and the last quarter there."""
        epochs = settings.train.epochs
        asked = settings.with_own(sparsity=sparsity, warm_up=max(1, epochs // 4), ramp=max(1, epochs // 2))
        return None if self.refusal(asked) else asked.with_prune(targets=(sparsity,))
