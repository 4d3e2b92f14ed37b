"""Null lines that belong to one trial: luck instead of the method or the seed, and other ways to a small generator."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from ganprune import seeds
from ganprune.candidate import Candidate
from ganprune.config import TrialSettings
from ganprune.judge import Dense, Judge
from ganprune.metrics.cost import compressed
from ganprune.models.gan import recalibrate
from ganprune.null_names import HALF_WIDTH, QUARTER_WIDTH, RANDOM_CONTROL, SECOND_SEED, at_bits
from ganprune.pace import Pace
from ganprune.point import NullLine
from ganprune.quantise import packed, rounded
from ganprune.train import Training


def random_controls(judged: Iterable[Candidate], judge: Judge, pace: Pace) -> Iterator[NullLine]:
    """The null line beside each pruned point: its own sparsity in each layer, by lot, mended alike; not recovered."""
    about = f"{judge.settings.prune.method}'s sparsity in each layer, weights chosen by lot (trial {judge.number})"
    for candidate in judged:
        if candidate.control and pace.allows(pace.score_seconds):
            yield judge.control(RANDOM_CONTROL, about, candidate.control(), candidate)


def rounded_dense(judge: Judge, dense: Dense, training: Training, bits: int) -> NullLine:
    """The dense model with fewer bits a weight, its batch norm mended like a point's; its bytes are of packed files."""
    net = rounded(dense.net, bits)
    if judge.settings.prune.recalibrate:
        recalibrate(net, training.recalibration_inputs())
    null = judge.null(at_bits(bits), f"trial {judge.number}'s dense weights, rounded", net.eval(), dense)
    file = packed(net, bits)
    sizes = {"bytes": len(file), "bytes_compressed": len(compressed(file))}
    return replace(null, scores=null.scores | sizes)


def other_dense(judge: Judge, dense: Dense, name: str, training: Training) -> NullLine:
    """A dense model that was trained with the same images, of one of OTHERS."""
    about = f"trial {judge.number}'s settings, dense: seed {training.settings.seed}, width {training.model.width}"
    null = judge.null(name, about, training.dense_generator(), dense)
    return replace(null, images=training.step * training.settings.batch)


def reseeded(settings: TrialSettings) -> TrialSettings:
    return settings.with_train(seed=seeds.derive(settings.train.seed, SECOND_SEED))


def narrower(settings: TrialSettings, share: float) -> TrialSettings:
    """The same settings for networks of so many times the width."""
    width = max(1, round(settings.model.width * share))
    return settings.model_copy(update={"model": settings.model.model_copy(update={"width": width})})


OTHERS: dict[str, Callable[[TrialSettings], TrialSettings]] = {
    SECOND_SEED: reseeded,  # how far two equally good dense generators are apart
    HALF_WIDTH: partial(narrower, share=1 / 2),  # small from the start
    QUARTER_WIDTH: partial(narrower, share=1 / 4),
}
