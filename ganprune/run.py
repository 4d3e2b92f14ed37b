"""What a method works with: a training that goes on, the pictures it needs, and the time it has."""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from torch import Tensor

from ganprune.config import TrialSettings
from ganprune.evaluator import Evaluator
from ganprune.hooks import Distance
from ganprune.pace import Pace
from ganprune.point import EpochTrained
from ganprune.saver import Saver
from ganprune.store import Entry
from ganprune.train import Training
from ganprune.triplets import triplets

HasTime = Callable[[float | None], bool]  # for an epoch, if it takes as long as the last one; None before the first


def always(epoch_seconds: float | None) -> bool:
    return True


@dataclass(frozen=True)
class Run:
    settings: TrialSettings
    evaluator: Evaluator | None  # None where nothing is trained
    training: Training
    pace: Pace = Pace()
    rungs: Collection[int] = ()  # epochs at which it may be stopped, so that a few points are wanted there
    refined: int = 0  # more points where the curve steps down most
    keep: Collection[int] = ()  # epochs that stay in the store, beside those of the grid

    def upto(self, epoch: int) -> "Run":
        """The same training, to go on no further than this."""
        return replace(self, settings=self.settings.with_train(epochs=epoch))

    def train(self) -> Iterator[EpochTrained]:
        """Go on from the store to the epochs asked for, as far as time allows."""
        if not self.has_trained:
            yield from train(self.training, self.settings, self.evaluator, self.pace, self.keep)

    def once(self, key: dict[str, Any], make: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
        """What is made of the training as it is now: from the store, where whoever made it before has put it."""
        if self.evaluator is None:
            return make()
        entry = Entry(self.evaluator.store, self.training.identity(self.evaluator.origin).key | key)
        made = entry.load(self.training.epoch)
        if made is None:
            made = make()
            entry.save(self.training.epoch, made, keep=())
        return made

    def leaving(self, images: int) -> "Run":
        """The same, but that time is up while so many pictures can still be trained on."""
        seconds = self.pace.step_seconds * images / self.settings.train.batch
        return replace(self, pace=replace(self.pace, deadline=self.pace.deadline - seconds))

    @property
    def has_trained(self) -> bool:
        """All epochs that were asked for."""
        return self.training.epoch == self.settings.train.epochs


def train(
    training: Training, settings: TrialSettings, evaluator: Evaluator, pace: Pace, keep: Collection[int] = ()
) -> Iterator[EpochTrained]:
    """Go on from the store to the epochs asked for, as far as there is time for one and for a curve.

    Epochs in which no hook acts are those of the dense training, which others share.
    """
    expected = pace.epoch_seconds(settings.train, len(evaluator.pixels))
    curve_seconds = min(pace.curve_seconds(settings), pace.left / 2)

    def has_time(epoch_seconds: float | None) -> bool:
        return pace.allows((expected if epoch_seconds is None else epoch_seconds) + curve_seconds)

    entry = Entry(evaluator.store, training.identity(evaluator.origin).key)
    epochs, known = settings.train.epochs, settings.train.trained_on(len(evaluator.pixels))
    distance = partial(evaluator.training_distance, known=known)
    pictures, kept = evaluator.training_set, {*evaluator.grid, *keep}
    idle = min(epochs, training.idle_epochs)
    if idle and all(epoch < idle or epoch > epochs for epoch in entry.epochs()):
        yield from _as_dense(idle, training, entry, evaluator, kept, has_time)
    for trained in train_upto(epochs, training, entry, pictures, kept, has_time, distance):
        yield _told(trained, training, evaluator)


def _as_dense(
    epochs: int, training: Training, entry: Entry, evaluator: Evaluator, keep: Collection[int], has_time: HasTime
) -> Iterator[EpochTrained]:
    """Epochs that are as without hooks, of the entry that every such training has; whoever is at it is not waited for.

    He may be on his way to many more.
    """
    dense = Training(training.model, training.settings, training.device)
    shared = Entry(evaluator.store, dense.identity(evaluator.origin).key)
    for trained in go_on(epochs, dense, shared, evaluator.training_set, {*keep, epochs}, has_time):
        yield _told(trained, dense, evaluator)
    if dense.epoch:
        training.restore(training.tensors() | dense.tensors())
        entry.save(training.epoch, training.tensors(), keep)


def _told(trained: EpochTrained, training: Training, evaluator: Evaluator) -> EpochTrained:
    """With triplets after the first epoch of a translation."""
    is_first = trained.epoch == 1 and training.gan.translates
    return replace(trained, triplets=triplets(training, evaluator)) if is_first else trained


def train_upto(
    epochs: int,
    training: Training,
    entry: Entry,
    pictures: tuple[Tensor, ...],
    keep: Collection[int] = (),
    has_time: HasTime = always,
    distance: Distance | None = None,
) -> Iterator[EpochTrained]:
    """Go on from the store, as the only one who trains this."""
    with entry.claimed(epochs, is_late=lambda: not has_time(None)):
        yield from go_on(epochs, training, entry, pictures, keep, has_time, distance)


def go_on(
    epochs: int,
    training: Training,
    entry: Entry,
    pictures: tuple[Tensor, ...],  # uint8, their labels, and what is translated into them
    keep: Collection[int] = (),
    has_time: HasTime = always,
    distance: Distance | None = None,
) -> Iterator[EpochTrained]:
    """Whoever else trains this; epochs go into the store, and those of `keep` stay."""
    resume(training, entry, epochs)
    seconds = None
    with Saver(entry, training, keep) as saver:
        while training.epoch < epochs and has_time(seconds):
            started = time.perf_counter()
            loss_g, loss_d, images = training.train_epoch(*pictures, distance=distance)
            saver.epoch_over()
            seconds = time.perf_counter() - started
            yield EpochTrained(training.epoch, loss_g, loss_d, images, seconds)


def resume(training: Training, entry: Entry, upto: int) -> None:
    """Bring the training as far as the store has it; a state that is not one of ours goes."""
    if state := entry.newest(upto):
        try:
            training.restore(state)
        except (KeyError, RuntimeError, ValueError):
            entry.drop(max(epoch for epoch in entry.epochs() if epoch <= upto))
            training.begin()
            resume(training, entry, upto)
