"""Null lines that belong to one trial: what its curve would be if the method, or the training, were luck."""

from dataclasses import replace

from torch import nn

from ganprune import seeds
from ganprune.curve import Curve
from ganprune.metrics.cost import sparsity
from ganprune.point import NullLine
from ganprune.pruned import mended, without
from ganprune.pruning.prune import random_masks
from ganprune.train import Training

RANDOM_CONTROL = "random control"
SECOND_SEED = "second seed"


def random_control(curve: Curve, threshold: float) -> NullLine:
    """The method's own sparsity in each layer, but the weights chosen by lot; mended alike, without fine-tuning."""
    random = seeds.generator(curve.settings.train.seed, "random control")
    masks = random_masks(curve.sieve.masks(threshold), random)
    pruned = mended(without(curve.dense, masks), curve.settings, curve.training)
    about = f"{curve.settings.prune.method}'s sparsity in each layer, weights chosen by lot (trial {curve.number})"
    return _null(curve, RANDOM_CONTROL, about, pruned, sparsity(pruned).prunable)


def second_seed(curve: Curve, training: Training, images: int) -> NullLine:
    """The same settings trained from another seed: how far two equally good dense generators are apart."""
    about = f"trial {curve.number}'s settings trained from another seed, dense, same latents"
    return replace(_null(curve, SECOND_SEED, about, training.dense_generator(), None), images=images)


def _null(curve: Curve, name: str, about: str, net: nn.Module, found: float | None) -> NullLine:
    drawn = curve.bench.draw(net)
    scores, _ = curve.measure(net, drawn)
    return NullLine(name, about, found, scores, len(drawn))
