"""Null lines beside a study's best dense model: luck of the seed, fewer bits a weight, fewer channels."""

from collections.abc import Iterator

from ganprune.config import TrialSettings
from ganprune.controls import OTHERS, other_dense, rounded_dense
from ganprune.evaluator import Evaluator
from ganprune.judge import Dense, Judge
from ganprune.null_names import BITS
from ganprune.pace import Pace
from ganprune.point import NO_TIME, EpochTrained, Finished, NullLine
from ganprune.run import train
from ganprune.train import DivergedError, Training


def size_baselines(
    number: int, settings: TrialSettings, evaluator: Evaluator, pace: Pace
) -> Iterator[EpochTrained | NullLine | Finished]:
    """Those of the dense model of a trial, as far as time allows; the last event is `Finished`."""
    training, judge = Training(settings.model, settings.train, evaluator.device), Judge(number, settings, evaluator)
    try:
        yield from train(training, settings, evaluator, pace)
        if training.epoch < settings.train.epochs:
            yield Finished("stopped", f"{NO_TIME} before the dense model was trained")
            return
        dense = judge.dense(training.dense_generator())
        judge.refuse_divergence(dense.failed, training.epoch)
    except DivergedError as error:
        yield Finished("diverged", str(error))
        return
    for bits in BITS:
        yield rounded_dense(judge, dense, training, bits)
    for name in OTHERS:
        yield from train_other(judge, dense, name, pace)
    yield Finished("completed")


def train_other(judge: Judge, dense: Dense, name: str, pace: Pace) -> Iterator[EpochTrained | NullLine]:
    """The null line of another network, if there is time to train it as long and it does not diverge."""
    settings = OTHERS[name](judge.settings)
    training = Training(settings.model, settings.train, judge.evaluator.device)
    try:
        yield from train(training, settings, judge.evaluator, pace)
    except DivergedError:
        return
    if training.epoch == settings.train.epochs:
        yield other_dense(judge, dense, name, training)
