"""Whole channels go, so that the network gets smaller (Li et al. 2017, "Pruning filters for efficient convnets").

A channel is what belongs together through norms and skips (`ganprune.channels`); `ganprune.importance` tells how much
one matters.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from ganprune import seeds
from ganprune.channels import ChannelGroup, Kept, channel_groups, channel_masks, channels_sparsity, without_channels
from ganprune.config import PruneSettings
from ganprune.cut import CutMethod
from ganprune.gates import Gated
from ganprune.importance import IMPORTANCES
from ganprune.masks import Masks
from ganprune.settings import Settings
from ganprune.threshold import round_threshold
from ganprune.train import Training


class ChannelSettings(Settings):
    threshold: float = Field(0.5, ge=0, lt=1, description="share of the channels")
    importance: Literal["l1", "l2", "scale", "taylor", "diversity", "random"] = "l1"
    scope: Literal["layer", "global"] = "layer"  # every layer loses the same share, or the least of all go


class Channels(CutMethod):
    Settings = ChannelSettings
    structured = True

    def cut(self, dense: nn.Module, training: Training, prune: PruneSettings, side: str = "generator") -> "ChannelCut":
        own = self.Settings(**prune.own)
        random = seeds.generator(training.settings.seed, "pruning")
        inputs = training.example(side, random)
        groups = channel_groups(dense, inputs, training.gan.outputs[side])
        matters = IMPORTANCES[own.importance](groups, dense, training, side)
        return ChannelCut(
            dense, inputs, groups, _ranks(matters, own.scope, in_turn=prune.targets_of == "macs"), prune.targets_of
        )


@dataclass(frozen=True)
class ChannelCut:
    """A threshold takes the channels whose rank is below it: the share of those that matter less."""

    dense: nn.Module
    inputs: tuple[Tensor, ...]  # an example
    groups: tuple[ChannelGroup, ...]
    ranks: dict[str, Tensor]  # by group: (channels,); infinite for the last one, which stays
    shares_of: str = "weights"  # or macs: what a threshold is solved for

    def kept(self, threshold: float) -> Kept:
        return {name: ranks >= threshold for name, ranks in self.ranks.items()}

    def masks(self, threshold: float) -> Masks:
        return channel_masks(self.dense, self.groups, self.kept(threshold)) if threshold else {}

    def random_masks(self, threshold: float, random: torch.Generator) -> Masks:
        lots = {name: stay[torch.randperm(len(stay), generator=random)] for name, stay in self.kept(threshold).items()}
        return channel_masks(self.dense, self.groups, lots)

    def compact(self, net: nn.Module, threshold: float) -> nn.Module:
        return without_channels(net, self.inputs, self.groups, self.kept(threshold))

    def sparsity(self, threshold: float) -> float:
        return channels_sparsity(self.dense, self.groups, self.kept(threshold))

    def threshold(self, share: float) -> float | None:
        """The one that comes nearest; None where the channels that must stay forbid it."""
        low, high = 0, len(self._steps) - 1
        if self._taken(self._steps[high]) < share:
            return None
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._taken(self._steps[middle]) >= share else (middle + 1, high)
        near = self._steps[max(low - 1, 0) : low + 1]
        return min(near, key=lambda threshold: abs(self._taken(threshold) - share))

    def _taken(self, threshold: float) -> float:
        return self.sparsity(threshold) if self.shares_of == "weights" else self._macs_gone(threshold)

    def _macs_gone(self, threshold: float) -> float:
        return 1 - self._gated.macs_left({name: stay.float() for name, stay in self.kept(threshold).items()}).item()

    @cached_property
    def _gated(self) -> Gated:
        return Gated(self.dense, self.groups, [each[:1] for each in self.inputs])

    def decided(self, share: float) -> "ChannelCut":
        """Any threshold takes what takes this share, or all that may go where that is less."""
        threshold = self.threshold(share)
        threshold = self._steps[-1] if threshold is None else threshold
        gone = {name: torch.where(stay, torch.inf, 0.0) for name, stay in self.kept(threshold).items()}
        return replace(self, ranks=gone)

    @cached_property
    def _steps(self) -> list[float]:
        """Thresholds that take one channel more each, nothing first."""
        ranks = torch.cat(list(self.ranks.values()))
        places = ranks[ranks.isfinite()].unique().tolist()
        between = [(low + high) / 2 for low, high in zip(places, [*places[1:], 1.0], strict=True)]
        return [0.0, *map(round_threshold, between)]


def _ranks(matters: dict[str, Tensor], scope: str, in_turn: bool) -> dict[str, Tensor]:
    """By group, the share of channels that matter less than each: of its own or, each scaled to mean 1, of all.

    In turn, groups of one size lose a channel one after the other: a step of all at once would be too large for MACs.
    """
    if scope == "layer":
        late = {name: in_turn * number / len(matters) for number, name in enumerate(matters)}  # of a channel
        ranks = {name: places_among(each) + late[name] / len(each) for name, each in matters.items()}
    else:
        scaled = [each / each.mean().clamp(min=torch.finfo(each.dtype).tiny) for each in matters.values()]
        parts = places_among(torch.cat(scaled)).split([len(each) for each in scaled])
        ranks = dict(zip(matters, map(torch.Tensor.clone, parts), strict=True))
    for name, each in matters.items():
        ranks[name][each.argmax()] = torch.inf
    return ranks


def places_among(values: Tensor) -> Tensor:
    """Each value's place among all, from 0 to below 1; equal ones in their order."""
    places = torch.empty(len(values), dtype=torch.float64)
    places[values.cpu().sort(stable=True).indices] = torch.arange(len(values), dtype=torch.float64) / len(values)
    return places
