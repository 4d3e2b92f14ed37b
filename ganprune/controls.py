"""Null lines that belong to one trial: luck instead of the method or the seed, and other ways to a small generator."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from torch import nn

from ganprune import seeds
from ganprune.config import TrialSettings
from ganprune.curve import Curve
from ganprune.metrics.cost import COMPRESSION_LEVEL, sparsity
from ganprune.null_names import HALF_WIDTH, QUARTER_WIDTH, RANDOM_CONTROL, SECOND_SEED, at_bits
from ganprune.point import NullLine
from ganprune.pruned import mended, without
from ganprune.pruning.prune import random_masks
from ganprune.quantise import packed, rounded
from ganprune.train import Training


def random_control(curve: Curve, threshold: float) -> NullLine:
    """The method's own sparsity in each layer, but the weights chosen by lot; mended alike, without fine-tuning."""
    random = seeds.generator(curve.settings.train.seed, RANDOM_CONTROL)
    masks = random_masks(curve.sieve.masks(threshold), random)
    pruned = mended(without(curve.dense, masks), curve.settings, curve.training)
    about = f"{curve.settings.prune.method}'s sparsity in each layer, weights chosen by lot (trial {curve.number})"
    return _null(curve, RANDOM_CONTROL, about, pruned, sparsity(pruned).prunable)


def rounded_dense(curve: Curve, bits: int) -> NullLine:
    """The dense model with fewer bits a weight, its batch norm mended like a point's; its bytes are of packed files."""
    net = mended(rounded(curve.dense, bits), curve.settings, curve.training)
    null = _null(curve, at_bits(bits), f"trial {curve.number}'s dense weights, rounded", net, None)
    file = packed(net, bits)
    sizes = {"bytes": len(file), "bytes_compressed": len(zlib.compress(file, COMPRESSION_LEVEL))}
    return replace(null, scores=null.scores | sizes)


def other_dense(curve: Curve, name: str, training: Training) -> NullLine:
    """A dense model that was trained with the same images, of one of OTHERS."""
    about = f"trial {curve.number}'s settings, dense: seed {training.settings.seed}, width {training.model.width}"
    null = _null(curve, name, about, training.dense_generator(), None)
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


def _null(curve: Curve, name: str, about: str, net: nn.Module, found: float | None) -> NullLine:
    drawn = curve.bench.draw(net)
    scores, _ = curve.measure(net, drawn)
    return NullLine(name, about, found, scores, len(drawn), trial=curve.number)
