"""Points of a front scored once more, as they are or trained again from another seed: how much of them is luck."""

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from torch import nn

from ganprune.candidate import Candidate
from ganprune.config import TrialSettings
from ganprune.confirm_evaluator import ConfirmEvaluator
from ganprune.methods import METHODS, training_of
from ganprune.metrics.cost import sparsity
from ganprune.pace import Pace
from ganprune.point import NO_TIME, Confirmed, EpochTrained, Finished, Point, point_id
from ganprune.rebuild import kept_network, take
from ganprune.run import Run
from ganprune.train import DivergedError, Training


def confirm(
    settings: TrialSettings,  # of the points' trial, with its own training seed or another
    points: Sequence[Point],
    ruler: ConfirmEvaluator,
    pace: Pace,
    kept: Mapping[str, Path] | None = None,  # by point id: weights that were kept, to be scored as they are
) -> Iterator[EpochTrained | Confirmed | Finished]:
    """Make each point again at its own epoch and settings, and score it; the last event is `Finished`.

    The training comes from the store or is done; recovered points whose weights are not given are recovered again.
    Where a training diverges, its points score infinity: to leave them out would flatter the setting.
    """
    whole = yield from _every_point(settings, points, ruler, pace, kept or {})
    yield Finished("completed") if whole else Finished("stopped", f"{NO_TIME} before all points were scored")


def point_seconds(settings: TrialSettings, pace: Pace, times_more: float) -> float:
    """What a point is expected to take with so many times the pictures that a search draws."""
    return pace.point_seconds(settings) + (times_more - 1) * pace.score_seconds


@dataclass(frozen=True)
class _Made:
    point: Point
    net: nn.Module
    sparsity: float
    images: int  # shown to recover it


def _every_point(
    settings: TrialSettings, points: Sequence[Point], ruler: ConfirmEvaluator, pace: Pace, kept: Mapping[str, Path]
) -> Generator[EpochTrained | Confirmed, None, bool]:
    """Whether time sufficed for all."""
    training = training_of(settings, ruler.evaluator.device)
    seconds, state_of = point_seconds(settings, pace, ruler.times_more), attrgetter("epoch", "device", "torch")
    until = replace(pace, deadline=pace.deadline - len(points) * seconds)
    missing = {point.id for point in points}
    for (epoch, *_), together in groupby(sorted(points, key=state_of), state_of):
        made_then = list(together)
        take(training, made_then[0], ruler.evaluator.images.fingerprint, ruler.evaluator.store)
        run = Run(settings.with_train(epochs=epoch), ruler.evaluator, training, until)
        try:
            for event in _made(run, made_then, kept):
                if isinstance(event, _Made):
                    if not pace.allows(seconds):
                        return False
                    missing.discard(event.point.id)
                    event = _confirmed(event, run, ruler)
                yield event
        except DivergedError:
            yield from (_lost(point, training, ruler) for point in points if point.epoch >= epoch)
            return True
    return not missing


def _made(run: Run, points: Sequence[Point], kept: Mapping[str, Path]) -> Iterator[EpochTrained | _Made]:
    """The points of one state: those whose weights were kept as they are, the others by their method."""
    for point in points:
        if point.id in kept:
            yield _Made(point, kept_network(run.settings.model, kept[point.id]), point.sparsity, 0)
    others = {point.id: point for point in points if point.id not in kept}
    method = run.settings.prune.method
    for event in METHODS[method].again(run, others.values()) if others else ():
        if isinstance(event, Candidate):
            # Ids are a pure function of what makes a point, so that they tell which one this is.
            point = next(p for p in others.values() if p.id == point_id(p.trial, method, event.asked, event.epoch))
            event = _Made(point, event.net, sparsity(event.net, event.reference).prunable, event.images)
        yield event


def _confirmed(made: _Made, run: Run, ruler: ConfirmEvaluator) -> Confirmed:
    train, prune = run.settings.train, run.settings.prune
    epochs = METHODS[prune.method].epochs_before(prune) + train.epochs
    return Confirmed(
        point=made.point.id,
        seed=train.seed,
        metric=ruler.metric,
        **ruler.score(made.net),
        sparsity=made.sparsity,
        n_samples=ruler.n_samples,
        images=epochs * train.epoch_steps(len(ruler.evaluator.pixels)) * train.batch + made.images,
    )


def _lost(point: Point, training: Training, ruler: ConfirmEvaluator) -> Confirmed:
    return Confirmed(
        point=point.id,
        seed=training.settings.seed,
        metric=ruler.metric,
        **dict.fromkeys(("score", "lo", "hi"), math.inf),
        referee=None,
        skill=-math.inf,
        coverage=0.0,
        sparsity=point.sparsity,
        n_samples=0,
        images=training.step * training.settings.batch,
    )
