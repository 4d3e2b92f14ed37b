"""Null lines that need no training: what real pictures score, and what nothing at all does."""

from collections.abc import Iterator

from torch import Tensor

from ganprune import null_names, seeds
from ganprune.config import TrialSettings
from ganprune.data.images import crop
from ganprune.evaluator import DRIFT_PAIRS, Evaluator, drift_from
from ganprune.metrics import null
from ganprune.models import build
from ganprune.point import NullLine


def null_lines(settings: TrialSettings, evaluator: Evaluator) -> Iterator[NullLine]:
    """Quality of what no GAN drew, or one that was never trained; and the drift between unrelated pictures."""
    train = crop(evaluator.pixels, evaluator.images.crop)
    yield from _drawn_of(train, evaluator, settings.train.seed)
    yield from _untranslated(evaluator, train)
    yield _untrained(settings, evaluator)
    yield _unrelated(train, settings.train.seed)


def _drawn_of(train: Tensor, evaluator: Evaluator, seed: int) -> Iterator[NullLine]:
    """What the training pictures give without a network."""
    n, zero = evaluator.n_samples, "" if evaluator.untranslated is not None else ": skill 0"
    shown = {
        null_names.REAL: (null.real_pictures, "training pictures: what a perfect generator would score"),
        null_names.GAUSSIAN: (null.gaussian_pictures, f"a Gaussian fitted to the training pixels{zero}"),
        null_names.REPEATED: (null.repeated_pictures, "a mode collapse that fcd alone is fooled by"),
    }
    of_classes = {} if evaluator.asked is None else {null_names.REAL: _classes(evaluator, n, seed)}
    for name, (make, about) in shown.items():
        drawn = make(train, n, seeds.generator(seed, name))
        yield NullLine(name, about, None, evaluator.quality(drawn, of_classes.get(name)), len(drawn))


def _classes(evaluator: Evaluator, n: int, seed: int) -> Tensor:
    """Of the real pictures that are held against real ones."""
    return null.real_pictures(evaluator.training_set[1], n, seeds.generator(seed, null_names.REAL))


def _untranslated(evaluator: Evaluator, train: Tensor) -> Iterator[NullLine]:
    """Of what translates pictures: doing nothing, or no more than any picture needs."""
    if (nothing := evaluator.untranslated) is None:
        return
    nothing = nothing.to(evaluator.device)
    shown = {
        null_names.INPUT: (nothing, "what is to be translated: skill 0"),
        null_names.MATCHED: (null.matched_pictures(nothing, train), "the same, each colour's mean and spread matched"),
        null_names.MEAN: (null.mean_picture(train, len(nothing)), "the mean of all training pictures"),
    }
    for name, (drawn, about) in shown.items():
        yield NullLine(name, about, None, evaluator.quality(drawn), len(drawn))


def _untrained(settings: TrialSettings, evaluator: Evaluator) -> NullLine:
    gan = build(settings.model)
    gan.initialise(seeds.generator(settings.train.seed, "initial weights"))
    drawn = evaluator.draw(gan.generator.to(evaluator.device))
    return NullLine(null_names.UNTRAINED, "weights as initialised", None, evaluator.quality(drawn), len(drawn))


def _unrelated(train: Tensor, seed: int) -> NullLine:
    pairs = null.unrelated_pairs(train, DRIFT_PAIRS, seeds.generator(seed, null_names.UNRELATED))
    means = {name: spread["mean"] for name, spread in drift_from(*pairs).items()}
    return NullLine(null_names.UNRELATED, "different real pictures paired at random", None, means, DRIFT_PAIRS)
