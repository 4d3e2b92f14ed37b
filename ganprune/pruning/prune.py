"""Remove weights from a network: choose a threshold, make masks, hold them."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from ganprune.pruning import METHODS

Masks = dict[str, Tensor]  # what stays, by layer: boolean, in the shape of the weights


@dataclass(frozen=True)
class Sieve:
    """The weights of one network, scored once by one method: any threshold is then one comparison.

    Layers that are spared stay whole but are counted.
    """

    scores: dict[str, Tensor]
    counted: int  # prunable weights, the spared ones included

    def masks(self, threshold: float) -> Masks:
        return {name: score >= threshold for name, score in self.scores.items()}

    def sparsity(self, threshold: float) -> float:
        """The share of all counted weights that this threshold removes."""
        return int(torch.searchsorted(self._ordered, threshold)) / self.counted

    def threshold(self, sparsity: float) -> float | None:
        """The threshold, to 6 digits, that reaches this sparsity; None when the spared layers forbid it."""
        gone = round(sparsity * self.counted)
        if not 0 < gone < len(self._ordered):
            return 0.0 if gone <= 0 else None
        return tidy(float(self._ordered[gone - 1 : gone + 1].mean()))

    @cached_property
    def _ordered(self) -> Tensor:
        return torch.cat([score.flatten() for score in self.scores.values()]).sort().values


def tidy(threshold: float) -> float:
    """A threshold as ids and tables write it: 6 significant digits."""
    return float(f"{threshold:g}")


def sieve(weights: dict[str, Tensor], method: str, random: torch.Generator, spare_output: bool) -> Sieve:
    """Score the weights of a network's prunable layers, input first; the last one may be spared."""
    names = list(weights)[: -1 if spare_output else None]
    scores = METHODS[method].scores([weights[name].detach() for name in names], random)
    return Sieve(dict(zip(names, scores, strict=True)), sum(weight.numel() for weight in weights.values()))


@torch.no_grad()
def apply(masks: Masks, weights: dict[str, Tensor]) -> None:
    """Zero what the masks give up, in place."""
    for name, mask in masks.items():
        weights[name].masked_fill_(~mask, 0)  # a product would leave -0.0, which compresses worse


def random_masks(masks: Masks, random: torch.Generator) -> Masks:
    """The control for given masks: the same sparsity in each layer, the weights chosen by lot."""
    shuffled = {}
    for name, mask in masks.items():
        order = torch.randperm(mask.numel(), generator=random)
        shuffled[name] = mask.flatten()[order.to(mask.device)].view_as(mask)
    return shuffled
