"""A trial's story: train a GAN or take it from the store, prune it threshold by threshold, score each point."""

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from ganprune import seeds
from ganprune.config import TrialSettings
from ganprune.controls import random_control, second_seed
from ganprune.curve import Curve
from ganprune.point import EpochTrained, Finished, NullLine, Scored
from ganprune.store import Entry, training_key
from ganprune.train import DivergedError, Training
from ganprune.workbench import Workbench

Event = EpochTrained | Scored | NullLine | Finished


@dataclass(frozen=True)
class Pace:
    """When the work must be over, and how fast this machine was seen to be."""

    deadline: float = math.inf  # seconds since 1970
    step_seconds: float = 0.0  # of training
    score_seconds: float = 0.0  # of a point, fine-tuning apart

    def epoch_seconds(self, settings: TrialSettings, pictures: int) -> float:
        return self.step_seconds * settings.train.epoch_steps(pictures)

    def point_seconds(self, settings: TrialSettings) -> float:
        return self.score_seconds + self.step_seconds * settings.prune.finetune_steps

    @property
    def left(self) -> float:
        return self.deadline - time.time()

    def allows(self, seconds: float) -> bool:
        return seconds <= self.left


def run_trial(
    number: int, settings: TrialSettings, bench: Workbench, pace: Pace = Pace(), controls: bool = False
) -> Iterator[Event]:
    """Train, then prune and score, threshold by threshold; the last event is `Finished`.

    With `controls`, null lines are scored besides: weights removed by lot, and a second seed.
    """
    training = Training(settings.model, settings.train, bench.device)
    try:
        yield from train(training, settings, bench, pace)
        if not training.epoch:
            yield Finished("stopped", "no time for an epoch")
            return
        curve = Curve(number, settings, bench, training)
        whole = yield from score(curve, pace, controls)
    except DivergedError as error:
        yield Finished("diverged", str(error))
        return
    yield Finished("completed") if whole else Finished("stopped", f"out of time after epoch {training.epoch}")


def train(training: Training, settings: TrialSettings, bench: Workbench, pace: Pace) -> Iterator[EpochTrained]:
    """Go on from the store to the epochs asked for, as far as time allows; every epoch goes into the store."""
    entry = Entry(bench.store, training_key(bench.images.fingerprint, settings.model, settings.train, bench.device))
    if state := entry.newest(settings.train.epochs):
        training.restore(state)
    epoch_seconds = pace.epoch_seconds(settings, len(bench.pixels))
    curve_seconds = min(pace.point_seconds(settings) * (len(settings.prune.targets) + 1), pace.left / 2)
    while training.epoch < settings.train.epochs and pace.allows(epoch_seconds + curve_seconds):
        started = time.perf_counter()
        loss_g, loss_d, images = training.train_epoch(bench.pixels)
        entry.save(training.epoch, training.tensors(), bench.grid)
        epoch_seconds = time.perf_counter() - started
        yield EpochTrained(training.epoch, loss_g, loss_d, images, epoch_seconds)


def score(curve: Curve, pace: Pace, controls: bool) -> Generator[Scored | NullLine, None, bool]:
    """The curve's points, as far as time allows; whether both training and curve came to their end."""
    for threshold, target in curve.thresholds():
        if threshold and not pace.allows(pace.point_seconds(curve.settings)):
            return False
        yield curve.score(threshold, target)
        if controls and threshold:
            yield random_control(curve, threshold)
    if controls:
        yield from train_second_seed(curve, pace)
    return curve.training.epoch == curve.settings.train.epochs


def train_second_seed(curve: Curve, pace: Pace) -> Iterator[NullLine]:
    """The null line of another seed, if there is time to train as long with it."""
    seed = seeds.derive(curve.settings.train.seed, "second seed")
    settings = curve.settings.model_copy(update={"train": curve.settings.train.model_copy(update={"seed": seed})})
    training = Training(settings.model, settings.train, curve.bench.device)
    images = sum(epoch.images for epoch in train(training, settings, curve.bench, pace))
    if training.epoch == curve.training.epoch:
        yield second_seed(curve, training, images)
