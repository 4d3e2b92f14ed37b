"""Null lines beside a study's best dense model: luck of the seed, fewer bits a weight, fewer channels."""

from collections.abc import Iterator

from ganprune.config import TrialSettings
from ganprune.controls import OTHERS, other_dense, rounded_dense
from ganprune.curve import Curve
from ganprune.null_names import BITS
from ganprune.point import NO_TIME, EpochTrained, Finished, NullLine
from ganprune.train import DivergedError, Training
from ganprune.trial import Pace, train
from ganprune.workbench import Workbench


def alternatives(
    number: int, settings: TrialSettings, bench: Workbench, pace: Pace
) -> Iterator[EpochTrained | NullLine | Finished]:
    """Those of the dense model of a trial, as far as time allows; the last event is `Finished`."""
    training = Training(settings.model, settings.train, bench.device)
    try:
        yield from train(training, settings, bench, pace)
        if training.epoch < settings.train.epochs:
            yield Finished("stopped", f"{NO_TIME} before the dense model was trained")
            return
        curve = Curve(number, settings, bench, training)
        curve.refuse_divergence()
    except DivergedError as error:
        yield Finished("diverged", str(error))
        return
    for bits in BITS:
        yield rounded_dense(curve, bits)
    for name in OTHERS:
        yield from train_other(curve, name, pace)
    yield Finished("completed")


def train_other(curve: Curve, name: str, pace: Pace) -> Iterator[EpochTrained | NullLine]:
    """The null line of another network, if there is time to train it as long and it does not diverge."""
    settings = OTHERS[name](curve.settings)
    training = Training(settings.model, settings.train, curve.bench.device)
    try:
        yield from train(training, settings, curve.bench, pace)
    except DivergedError:
        return
    if training.epoch == curve.training.epoch:
        yield other_dense(curve, name, training)
