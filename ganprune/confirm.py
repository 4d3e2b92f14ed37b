"""Points of a front scored once more, as they are or trained again from another seed: how much of them is luck."""

import copy
import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from safetensors.torch import load
from torch import nn

from ganprune.config import TrialSettings
from ganprune.curve import FEW, Curve
from ganprune.metrics.cost import sparsity
from ganprune.point import NO_TIME, Confirmed, EpochTrained, Finished, Point
from ganprune.pruned import without
from ganprune.train import DivergedError, Training
from ganprune.trial import Pace, train
from ganprune.yardstick import Yardstick


def confirm(
    settings: TrialSettings,  # of the points' trial, with its own training seed or another
    points: Sequence[Point],
    ruler: Yardstick,
    pace: Pace,
    kept: Mapping[str, Path] | None = None,  # by point id: weights of fine-tuned points, to be scored as they are
) -> Iterator[EpochTrained | Confirmed | Finished]:
    """Make each point again at its own epoch and threshold, and score it; the last event is `Finished`.

    The training comes from the store or is done; fine-tuned points whose weights are not given are tuned again.
    Where a training diverges, its points score infinity: to leave them out would flatter the setting.
    """
    whole = yield from _every_point(settings, points, ruler, pace, kept or {})
    yield Finished("completed") if whole else Finished("stopped", f"{NO_TIME} before all points were scored")


def point_seconds(settings: TrialSettings, pace: Pace, times_more: float) -> float:
    """What a point is expected to take with so many times the pictures that a search draws."""
    return pace.point_seconds(settings) + (times_more - 1) * pace.score_seconds


def _every_point(
    settings: TrialSettings, points: Sequence[Point], ruler: Yardstick, pace: Pace, kept: Mapping[str, Path]
) -> Generator[EpochTrained | Confirmed, None, bool]:
    """Whether time sufficed for all."""
    training = Training(settings.model, settings.train, ruler.bench.device)
    seconds, epoch_of = point_seconds(settings, pace, ruler.times_more), attrgetter("epoch")
    until = replace(pace, deadline=pace.deadline - len(points) * seconds)
    for epoch, made_then in groupby(sorted(points, key=epoch_of), epoch_of):
        try:
            yield from train(training, settings.with_train(epochs=epoch), ruler.bench, until)
        except DivergedError:
            yield from (_lost(point, training) for point in points if point.epoch >= epoch)
            return True
        if training.epoch < epoch:
            return False
        curve = Curve(0, settings, ruler.bench, training, FEW)
        for point in made_then:
            if not pace.allows(seconds):
                return False
            yield _confirmed(point, curve, ruler, kept)
    return True


def _confirmed(point: Point, curve: Curve, ruler: Yardstick, kept: Mapping[str, Path]) -> Confirmed:
    net, tuned = _made_again(point, curve, kept)
    train = curve.training.settings
    return Confirmed(
        point=point.id,
        seed=train.seed,
        **ruler.score(net),
        sparsity=sparsity(net).prunable,
        n_samples=len(ruler.latents),
        images=curve.training.step * train.batch + tuned,
    )


def _lost(point: Point, training: Training) -> Confirmed:
    return Confirmed(
        point=point.id,
        seed=training.settings.seed,
        **dict.fromkeys(("fcd", "fcd_lo", "fcd_hi"), math.inf),
        fcd_referee=None,
        skill=-math.inf,
        coverage=0.0,
        sparsity=point.sparsity,
        n_samples=0,
        images=training.step * training.settings.batch,
    )


def _made_again(point: Point, curve: Curve, kept: Mapping[str, Path]) -> tuple[nn.Module, int]:
    """What the point's threshold makes of this training, and the pictures that it was fine-tuned on now."""
    if point.id in kept:
        net = copy.deepcopy(curve.dense)
        net.load_state_dict(load(kept[point.id].read_bytes()))
        return net, 0
    masks = curve.sieve.masks(point.threshold)
    return curve.made_ready(without(curve.dense, masks), masks, point.threshold)
