"""A trial's story: train a GAN or take it from the store, prune it threshold by threshold, score each point."""

import math
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass

from ganprune.bar import Bar
from ganprune.config import TrialSettings
from ganprune.controls import random_control
from ganprune.curve import FEW, GLANCE, Curve
from ganprune.null_lines import null_lines
from ganprune.point import NO_TIME, Confirmed, EpochTrained, Finished, Latency, NullLine, Point, RungReached, Scored
from ganprune.refine import widest_step
from ganprune.store import Entry, training_key
from ganprune.train import DivergedError, Training
from ganprune.workbench import Workbench

Event = EpochTrained | RungReached | Scored | NullLine | Confirmed | Latency | Finished


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
    number: int,
    settings: TrialSettings,
    bench: Workbench,
    pace: Pace = Pace(),
    controls: bool = False,
    rungs: Collection[int] = (),
    bar: Bar = Bar(),
    refined: int = 0,
) -> Iterator[Event]:
    """Train, then prune and score, threshold by threshold; the last event is `Finished`.

    With `controls` come null lines: those of the study, and beside each point weights removed by lot. After each epoch
    of `rungs` a few points are scored, and whoever listens may stop the trial. What is clearly worse than `bar` is
    scored with few pictures; `refined` more points go where the curve steps down most.
    """
    if controls:
        yield from null_lines(settings, bench)
    training = Training(settings.model, settings.train, bench.device)
    try:
        for trained in train(training, settings, bench, pace):
            yield trained
            if trained.epoch in rungs:
                yield from glance(Curve(number, settings, bench, training, FEW))
                yield RungReached(trained.epoch)
        if not training.epoch:
            yield Finished("stopped", f"{NO_TIME} before the first epoch")
            return
        curve = Curve(number, settings, bench, training)
        curve.refuse_divergence()
        whole = yield from score(curve, pace, controls, bar, refined)
    except DivergedError as error:
        yield Finished("diverged", str(error))
        return
    yield Finished("completed") if whole else Finished("stopped", f"{NO_TIME} after epoch {training.epoch}")


def train(training: Training, settings: TrialSettings, bench: Workbench, pace: Pace) -> Iterator[EpochTrained]:
    """Go on from the store to the epochs asked for, as far as time allows; every epoch goes into the store."""
    entry = Entry(bench.store, training_key(bench.images.fingerprint, settings.model, settings.train, bench.device))
    epoch_seconds = pace.epoch_seconds(settings, len(bench.pixels))
    curve_seconds = min(pace.point_seconds(settings) * (len(settings.prune.targets) + 1), pace.left / 2)
    with entry.claimed(settings.train.epochs, is_late=lambda: not pace.allows(epoch_seconds + curve_seconds)):
        resume(training, entry, settings.train.epochs)
        while training.epoch < settings.train.epochs and pace.allows(epoch_seconds + curve_seconds):
            started = time.perf_counter()
            loss_g, loss_d, images = training.train_epoch(bench.pixels)
            entry.save(training.epoch, training.tensors(), bench.grid)
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


def score_in_full(
    number: int, settings: TrialSettings, bench: Workbench, pace: Pace, wanted: Collection[tuple[float, float | None]]
) -> Iterator[Event]:
    """Points that were only screened, (threshold, target) each, of the trial's last epoch: now with all pictures."""
    training = Training(settings.model, settings.train, bench.device)
    yield from train(training, settings, bench, pace)
    if training.epoch == settings.train.epochs:
        curve = Curve(number, settings, bench, training)
        for threshold, target in wanted:
            if pace.allows(pace.point_seconds(settings)):
                yield curve.score(threshold, target)
    yield Finished("completed")


def glance(curve: Curve) -> Iterator[Scored]:
    """A few points from few pictures: how training goes."""
    for threshold, target in curve.solved(GLANCE):
        yield curve.score(threshold, target)


def score(curve: Curve, pace: Pace, controls: bool, bar: Bar, refined: int) -> Generator[Scored | NullLine, None, bool]:
    """The curve's points, then their null lines, as far as time allows; whether training and curve came to an end."""
    points = []
    for threshold, target in curve.thresholds():
        if threshold and not pace.allows(pace.point_seconds(curve.settings)):
            return False
        scored = curve.score(threshold, target, bar)
        points.append(scored.point)
        yield scored
    if not curve.settings.prune.finetune_steps:  # which would cost as much for every further point
        yield from refine(curve, points, pace, bar, refined)
    if controls:
        yield from random_controls(curve, points, pace)
    return curve.training.epoch == curve.settings.train.epochs


def refine(curve: Curve, points: Sequence[Point], pace: Pace, bar: Bar, more: int) -> Iterator[Scored]:
    """More points of the curve, each where the ones so far leave most to gain."""
    points = list(points)
    for _ in range(more):
        target = widest_step(points)
        threshold = target and curve.sieve.threshold(target)
        if not threshold or not pace.allows(pace.point_seconds(curve.settings)):
            return
        scored = curve.score(threshold, target, bar)
        points.append(scored.point)
        yield scored


def random_controls(curve: Curve, points: Sequence[Point], pace: Pace) -> Iterator[NullLine]:
    """The null line beside each pruned point."""
    for point in points:
        if point.threshold and pace.allows(pace.score_seconds):
            yield random_control(curve, point.threshold)
