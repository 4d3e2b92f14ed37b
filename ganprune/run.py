"""What a method works with: a training that goes on, the pictures it needs, and the time it has."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from ganprune.config import TrialSettings
from ganprune.evaluator import Evaluator
from ganprune.pace import Pace
from ganprune.point import EpochTrained
from ganprune.store import Entry
from ganprune.train import Training


@dataclass(frozen=True)
class Run:
    settings: TrialSettings
    evaluator: Evaluator | None  # None where nothing is trained
    training: Training
    pace: Pace = Pace()
    rungs: Collection[int] = ()  # epochs at which it may be stopped, so that a few points are wanted there
    refined: int = 0  # more points where the curve steps down most

    def upto(self, epoch: int) -> "Run":
        """The same training, to go on no further than this."""
        return replace(self, settings=self.settings.with_train(epochs=epoch))

    def train(self) -> Iterator[EpochTrained]:
        """Go on from the store to the epochs asked for, as far as time allows."""
        if not self.has_trained:
            yield from train(self.training, self.settings, self.evaluator, self.pace)

    @property
    def has_trained(self) -> bool:
        """All epochs that were asked for."""
        return self.training.epoch == self.settings.train.epochs


def train(training: Training, settings: TrialSettings, evaluator: Evaluator, pace: Pace) -> Iterator[EpochTrained]:
    """Go on from the store to the epochs asked for, as far as time allows; every epoch goes into the store."""
    entry = Entry(evaluator.store, training.identity(evaluator.origin).key)
    epoch_seconds = pace.epoch_seconds(settings, len(evaluator.pixels))
    curve_seconds = min(pace.curve_seconds(settings), pace.left / 2)
    with entry.claimed(settings.train.epochs, is_late=lambda: not pace.allows(epoch_seconds + curve_seconds)):
        resume(training, entry, settings.train.epochs)
        while training.epoch < settings.train.epochs and pace.allows(epoch_seconds + curve_seconds):
            started = time.perf_counter()
            loss_g, loss_d, images = training.train_epoch(*evaluator.training_set)
            entry.save(training.epoch, training.tensors(), evaluator.grid)
            epoch_seconds = time.perf_counter() - started
            yield EpochTrained(training.epoch, loss_g, loss_d, images, epoch_seconds)


def resume(training: Training, entry: Entry, upto: int) -> None:
    """Bring the training as far as the store has it; a state that is not one of ours goes."""
    if state := entry.newest(upto):
        try:
            training.restore(state)
        except (KeyError, RuntimeError, ValueError):
            entry.drop(max(epoch for epoch in entry.epochs() if epoch <= upto))
            training.begin()
            resume(training, entry, upto)
