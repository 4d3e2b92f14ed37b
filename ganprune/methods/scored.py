"""Methods that score every weight: one comparison prunes at any threshold, one sort finds the one for a sparsity."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from ganprune import seeds
from ganprune.config import PruneSettings
from ganprune.cut import CutMethod
from ganprune.masks import Masks, random_masks
from ganprune.prunable import prunable, weight_name
from ganprune.settings import Settings
from ganprune.threshold import round_threshold
from ganprune.train import Training

Score = Callable[[list[Tensor], torch.Generator], list[Tensor]]


@dataclass(frozen=True)
class Scored(CutMethod):
    """`score`: for the weights of the layers, tensors of the same shapes in the unit of the threshold.

    A weight goes when its score is below the threshold.
    """

    score: Score
    Settings: type[Settings]
    most: float = 1.0

    def cut(
        self, dense: nn.Module, training: Training, prune: PruneSettings, side: str = "generator"
    ) -> "ScoredWeights":
        random = seeds.generator(training.settings.seed, "pruning")
        spared = training.gan.outputs[side] if prune.spare_output else ()
        return scored_weights(dense, self.score, random, spared)


@dataclass(frozen=True)
class ScoredWeights:
    """The weights of one network, scored once. Layers that are spared stay whole but are counted."""

    scores: dict[str, Tensor]  # by the names of parameters, input first
    counted: int  # prunable weights, the spared ones included

    def masks(self, threshold: float) -> Masks:
        return {name: score >= threshold for name, score in self.scores.items()}

    def random_masks(self, threshold: float, random: torch.Generator) -> Masks:
        return random_masks(self.masks(threshold), random)

    def compact(self, net: nn.Module, threshold: float) -> nn.Module:
        """The very network: zeros stay where they are."""
        return net

    def sparsity(self, threshold: float) -> float:
        """The share of all counted weights that this threshold removes."""
        return int(torch.searchsorted(self._ordered, threshold)) / self.counted

    def threshold(self, sparsity: float) -> float | None:
        """The threshold, to 6 digits, that reaches this sparsity; None when the spared layers forbid it."""
        gone = round(sparsity * self.counted)
        if not 0 < gone < len(self._ordered):
            return 0.0 if gone <= 0 else None
        return round_threshold(float(self._ordered[gone - 1 : gone + 1].mean()))

    @cached_property
    def _ordered(self) -> Tensor:
        return torch.cat([score.flatten() for score in self.scores.values()]).sort().values


def scored_weights(
    net: nn.Module, score: Score, random: torch.Generator, spared: Collection[str] = ()
) -> ScoredWeights:
    """Score the weights of a network's prunable layers, but for those of the layers that are spared."""
    weights = prunable(net)
    layers = [layer for layer in weights if layer not in spared]
    scores = score([weights[layer].detach() for layer in layers], random)
    names = [weight_name(net, layer) for layer in layers]
    return ScoredWeights(dict(zip(names, scores, strict=True)), sum(weight.numel() for weight in weights.values()))
