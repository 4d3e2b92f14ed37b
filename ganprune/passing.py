"""The story of methods that act while a GAN trains: nobody shares their trainings, and points are passed on the way.

Such a method brings hooks and tells what the training has come to, at any epoch. The rest is common: train, or take
from the store; a point at some of its epochs, which the store keeps; and a look at every rung.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from dataclasses import replace

from ganprune.candidate import Candidate, Candidates
from ganprune.config import PruneSettings, TrialSettings
from ganprune.hooks import TrainingHook
from ganprune.point import EpochTrained, Point, RungReached
from ganprune.run import Run
from ganprune.settings import Settings


class PassingMethod(ABC):
    owns_training = True
    structured = False
    Settings: type[Settings]

    def refusal(self, settings: TrialSettings) -> str | None:
        """As of a schedule that does not fit into the training."""
        return None

    def decided_with(self, prune: PruneSettings) -> int:
        """None but those that it trains on."""
        return 0

    def epochs_before(self, prune: PruneSettings) -> int:
        """Of a teacher."""
        return 0

    @abstractmethod
    def hooks(self, prune: PruneSettings) -> dict[str, TrainingHook]:
        """What acts while it trains, by the names that its state is stored under."""

    @abstractmethod
    def candidate(self, run: Run) -> Candidate:
        """What the training has come to; `run.training` is not changed."""

    def points(self, run: Run) -> Collection[int]:
        """Epochs that give a point, and stay in the store so that it can be made again; the last one does anyhow."""
        return run.evaluator.grid

    def candidates(self, run: Run) -> Candidates:
        """The training is taken up anew at each epoch with a point: where the store has it, none is passed over."""
        last = run.settings.train.epochs
        epochs = sorted({epoch for epoch in self.points(run) if epoch < last} | {last})
        for epoch in epochs:
            before = run.training.epoch
            for trained in replace(run.upto(epoch), keep=epochs).train():
                yield trained
                if trained.epoch in run.rungs:
                    yield replace(self.candidate(run), few=True)
                    yield RungReached(trained.epoch)
            if run.training.epoch > before:
                yield self.candidate(run)
            if run.training.epoch < epoch:
                return False
        return True

    def again(self, run: Run, points: Collection[Point]) -> Iterator[EpochTrained | Candidate]:
        """The one of the last epoch, where training gets there."""
        yield from run.train()
        if points and run.has_trained:
            yield self.candidate(run)

    def at(self, settings: TrialSettings, sparsity: float) -> TrialSettings | None:
        """A method with a setting that decides how sparse it ends says so: `settings.with_own(share=sparsity)`."""
        return None
