"""Gates on the channels of a network: where they act, and what share of its MACs they leave.

A channel is gated where it is read, by every layer that reads it: so after its norm, which would hide what scales its
input and keeps its own shift (Li et al. 2021, DMAD, places its masks so too), and of a residual network on every way
that its stream takes.
"""

import copy
from collections.abc import Callable, Collection
from functools import partial

import torch
from torch import Tensor, nn

from ganprune.channels import ChannelGroup, Place
from ganprune.metrics.cost import uses
from ganprune.models.conditional_norm import Scale, Shift
from ganprune.prunable import prunable, written_axis

Gates = dict[str, Tensor]  # by group: (channels,) how far each is open, from 0 to 1


class Gated(nn.Module):
    """A network that is frozen as it is, its channels times `gates`."""

    def __init__(self, net: nn.Module, groups: Collection[ChannelGroup], inputs: Collection[Tensor]):
        """`inputs`: of one picture, as it takes them."""
        super().__init__()
        self.net = copy.deepcopy(net).eval().requires_grad_(False)
        self.groups = tuple(groups)
        self.gates: Gates = {}  # none: all are open
        used = uses(self.net, inputs)
        self._macs = {name: used[name].executed * weight.numel() for name, weight in prunable(self.net).items()}
        self._sides = {name: ([], []) for name in self._macs}  # of each layer: read and written channels
        for group in groups:
            for place in group.places:
                if place.layer in self._sides:
                    self._sides[place.layer][place.written].append((group.name, place))
        gate_where_read(self.net, groups, lambda group: self.gates.get(group))

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.net(*inputs)

    def macs_left(self, gates: Gates) -> Tensor:
        """(), the share of the MACs that these gates leave, were what they close taken out."""
        left = (
            macs * self._open(name, False, gates) * self._open(name, True, gates) for name, macs in self._macs.items()
        )
        return sum(left) / sum(self._macs.values())

    def _open(self, name: str, written: bool, gates: Gates) -> Tensor | float:
        """The share of a layer's channels on one side that are open; on both sides of a concatenation they add up."""
        axis = written_axis(self.net.get_submodule(name))
        channels = prunable(self.net)[name].shape[axis if written else 1 - axis]
        closed = (
            len(place.at) - gates[group][list(place.channel)].sum() for group, place in self._sides[name][written]
        )
        return 1 - sum(closed) / channels


def gate_where_read(net: nn.Module, groups: Collection[ChannelGroup], opened: Callable[[str], Tensor | None]) -> None:
    """From now on channels are read as far as `opened` says of their group; None: wholly."""
    device = next(net.parameters()).device
    for group in groups:
        for place in group.places:
            layer = net.get_submodule(place.layer)
            scaled = partial(_scaled, partial(opened, group.name), *indices(place, device))
            if not place.written:
                layer.register_forward_pre_hook(lambda layer, taken, scaled=scaled: scaled(taken[0]))
            elif _projects(layer):
                layer.register_forward_hook(lambda layer, taken, given, scaled=scaled: scaled(given))


def _projects(layer: nn.Module) -> bool:
    """Whether it reads channels by what it multiplies them by (Miyato and Koyama 2018): an embedding that is not of a
    norm's."""
    return isinstance(layer, nn.Embedding) and not isinstance(layer, Scale | Shift)


def _scaled(opened: Callable[[], Tensor | None], at: Tensor, channel: Tensor, x: Tensor) -> Tensor:
    gates = opened()
    return x if gates is None else x * along(gates.to(x.device), at, channel, x, axis=1)


def indices(place: Place, device: str | torch.device) -> tuple[Tensor, Tensor]:
    """Where its channels are, and whose each of these is."""
    return torch.tensor(place.at, device=device), torch.tensor(place.channel, device=device)


def along(factors: Tensor, at: Tensor, channel: Tensor, like: Tensor, axis: int) -> Tensor:
    """Factors of a group's channels, and 1 for others, to multiply a tensor by that has channels along this axis."""
    whole = factors.new_ones(like.shape[axis]).index_copy(0, at, factors[channel])
    return whole.view([-1 if each == axis else 1 for each in range(like.dim())])
