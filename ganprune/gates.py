"""Gates on the channels of a frozen network: where they act, and what share of its MACs they leave.

A gate acts after a norm, never before: a norm hides what scales its input, and keeps its own shift (Li et al. 2021,
DMAD, places its masks so too). A channel without a norm is gated where it is written.
"""

import copy
from collections.abc import Collection
from functools import partial

import torch
from torch import Tensor, nn

from ganprune.channels import ChannelGroup, Place
from ganprune.metrics.cost import places
from ganprune.prunable import PRUNABLE_LAYERS, prunable

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.InstanceNorm2d)
Gates = dict[str, Tensor]  # by group: (channels,) how far each is open, from 0 to 1


class Gated(nn.Module):
    """The network as it is, its channels times `gates`."""

    def __init__(self, net: nn.Module, groups: Collection[ChannelGroup], inputs: Collection[Tensor]):
        """`inputs`: of one picture, as it takes them."""
        super().__init__()
        self.net = copy.deepcopy(net).eval().requires_grad_(False)
        self.groups = tuple(groups)
        self.gates: Gates = {}
        self._uses = places(self.net, inputs)
        self._sides = {name: ([], []) for name in prunable(self.net)}  # of each layer: read and written channels
        for group in groups:
            for place in group.places:
                if place.layer in self._sides:
                    self._sides[place.layer][place.written].append((group.name, place))
            for place in _gated(self.net, group):
                self.net.get_submodule(place.layer).register_forward_hook(partial(self._gate, group.name, place))

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.net(*inputs)

    def _gate(self, group: str, place: Place, layer: nn.Module, taken: tuple[Tensor, ...], given: Tensor) -> Tensor:
        if not self.gates:
            return given
        scale = given.new_ones(given.shape[1]).index_put(
            (_index(place.at, given),), self._of(group, place).to(given.device)
        )
        return given * scale.view(-1, *[1] * (given.dim() - 2))

    def _of(self, group: str, place: Place) -> Tensor:
        return self.gates[group][_index(place.channel, self.gates[group])]

    def macs_left(self, gates: Gates) -> Tensor:
        """(), the share of the MACs that these gates leave, were what they close taken out."""
        left = whole = 0.0
        for name, weight in prunable(self.net).items():
            macs = self._uses[name] * weight.numel()
            left, whole = left + macs * self._open(name, False, gates) * self._open(name, True, gates), whole + macs
        return left / whole

    def _open(self, name: str, written: bool, gates: Gates) -> Tensor | float:
        """The share of a layer's channels on one side that are open; on both sides of a concatenation they add up."""
        layer, parts = self.net.get_submodule(name), self._sides[name][written]
        channels = _channels(layer, written)
        closed = (len(place.at) - gates[group][_index(place.channel, gates[group])].sum() for group, place in parts)
        return 1 - sum(closed) / channels


def _gated(net: nn.Module, group: ChannelGroup) -> list[Place]:
    """After its norms, or where there is none, what writes it."""
    layers = [(place, net.get_submodule(place.layer)) for place in group.places]
    norms = [place for place, layer in layers if isinstance(layer, NORMS)]
    return norms or [place for place, layer in layers if place.written and isinstance(layer, PRUNABLE_LAYERS)]


def _channels(layer: nn.Module, written: bool) -> int:
    if isinstance(layer, nn.Linear):
        return layer.out_features if written else layer.in_features
    return layer.out_channels if written else layer.in_channels


def _index(numbers: tuple[int, ...], like: Tensor) -> Tensor:
    return torch.tensor(numbers, device=like.device)
