"""Channels that shrink together: which they are, what zeroing them means, and the network without them.

A channel is all that exists because of it: the filters that write it, on every branch that is summed, its norms, and
the slices of the layers that read it. Which belong together is found by torch-pruning's dependency graph (Fang et al.
2023, "DepGraph"). Zeroing all of it and removing it draw the same pictures.
"""

import copy
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import torch
import torch_pruning
from torch import Tensor, nn

from ganprune.masks import Masks
from ganprune.prunable import PRUNABLE_LAYERS, prunable, weight_name, written_axis

Kept = dict[str, Tensor]  # by group: (channels,) boolean, which of them stay


@dataclass(frozen=True)
class Place:
    """One side of a layer, and where along it the channels of a group are."""

    layer: str
    written: bool  # else read: the layer's input side
    at: tuple[int, ...]
    channel: tuple[int, ...]  # whose each of these is


@dataclass(frozen=True)
class ChannelGroup:
    name: str  # of a layer that writes it
    size: int
    places: tuple[Place, ...]

    def parameters(self, net: nn.Module, written: bool | None = None) -> Iterator[tuple[str, int, Place]]:
        """Names of the parameters that have its channels, along which axis, and where; of one side if asked."""
        for place in self.places:
            if written is None or place.written == written:
                for name, axis in _parameters(net, place):
                    yield name, axis, place


def channel_groups(net: nn.Module, inputs: Collection[Tensor], outputs: Collection[str]) -> tuple[ChannelGroup, ...]:
    """Those of a network that may shrink, input first: all but what its output layers write.

    `inputs` are what it takes for two pictures or more, in its order.
    """
    net = copy.deepcopy(net)  # a look at what it does moves the estimates of a spectral norm
    graph = _graph(net, inputs)
    names = {layer: name for name, layer in net.named_modules()}
    groups = (_group(graph, each, names) for each in graph.get_all_groups(root_module_types=list(PRUNABLE_LAYERS)))
    inner = [group for group in groups if not {place.layer for place in group.places if place.written} & set(outputs)]
    order = list(names.values())
    return tuple(sorted(inner, key=lambda group: order.index(group.name)))


def channel_masks(net: nn.Module, groups: Collection[ChannelGroup], kept: Kept) -> Masks:
    """What stays of every parameter that has a part in a group."""
    masks: Masks = {}
    for group in groups:
        for name, axis, place in group.parameters(net):
            like = net.get_parameter(name)
            mask = masks.setdefault(name, torch.ones_like(like, dtype=torch.bool))
            gone = [at for at, whose in zip(place.at, place.channel, strict=True) if not kept[group.name][whose]]
            mask.index_fill_(axis, torch.tensor(gone, dtype=torch.long, device=like.device), False)
    return masks


def channels_sparsity(net: nn.Module, groups: Collection[ChannelGroup], kept: Kept) -> float:
    """The share of the prunable weights that goes with the channels that do not stay."""
    weights = prunable(net)
    gone = {layer: [0, 0] for layer in weights}  # channels that it reads, and writes
    for group in groups:
        for place in group.places:
            if place.layer in weights:
                gone[place.layer][place.written] += int((~kept[group.name])[list(place.channel)].sum())
    whole = sum(map(Tensor.numel, weights.values()))
    left = sum(_left(net.get_submodule(layer), weight, *gone[layer]) for layer, weight in weights.items())
    return (whole - left) / whole


def _left(layer: nn.Module, weight: Tensor, read: int, written: int) -> int:
    """Of a layer's weights, once so many of its channels are gone."""
    reads, writes = weight.shape[1 - written_axis(layer)], weight.shape[written_axis(layer)]
    return weight.numel() // (reads * writes) * (reads - read) * (writes - written)


def without_channels(
    net: nn.Module, inputs: Collection[Tensor], groups: Collection[ChannelGroup], kept: Kept
) -> nn.Module:
    """A copy that has only the channels that stay."""
    small = copy.deepcopy(net)
    graph = _graph(small, inputs)
    for group in groups:
        gone = (~kept[group.name]).nonzero().flatten().tolist()
        if gone:
            layer = small.get_submodule(group.name)
            graph.get_pruning_group(layer, graph.get_pruner_of_module(layer).prune_out_channels, gone).prune()
    return small


def shaped_like(net: nn.Module, state: dict[str, Tensor]) -> nn.Module:
    """The network with these tensors in place of its own, its layers as narrow; KeyError where they are of another."""
    for name in net.state_dict():
        owner, _, last = name.rpartition(".")
        layer, tensor = net.get_submodule(owner), state[name]
        setattr(layer, last, nn.Parameter(tensor) if isinstance(getattr(layer, last), nn.Parameter) else tensor)
        if last in ("weight", "running_mean"):  # a norm may have no weight
            vars(layer).update(_widths(layer, tensor))
    _widen_bare_norms(net)
    return net


def _widen_bare_norms(net: nn.Module) -> None:
    """Norms without tensors are told nothing by a state: each is as wide as the layer before it."""
    before = 0
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            before = layer.out_channels
        elif isinstance(layer, nn.InstanceNorm2d) and not layer.affine:
            layer.num_features = before


def _parameters(net: nn.Module, place: Place) -> Iterator[tuple[str, int]]:
    layer = net.get_submodule(place.layer)
    if isinstance(layer, PRUNABLE_LAYERS):
        axis = written_axis(layer) if place.written else 1 - written_axis(layer)
        yield weight_name(net, place.layer), axis
        alone = ["bias"] if place.written else []
    elif isinstance(layer, nn.Embedding):
        yield weight_name(net, place.layer), 1
        alone = []
    else:
        alone = ["weight", "bias"]
    yield from ((f"{place.layer}.{name}", 0) for name in alone if getattr(layer, name) is not None)


def _widths(layer: nn.Module, weight: Tensor) -> dict[str, int]:
    """What a layer says of itself, as this weight has it."""
    match layer:
        case nn.ConvTranspose2d():
            return {"in_channels": weight.shape[0], "out_channels": weight.shape[1] * layer.groups}
        case nn.Conv2d():
            return {"in_channels": weight.shape[1] * layer.groups, "out_channels": weight.shape[0]}
        case nn.Linear():
            return {"in_features": weight.shape[1], "out_features": weight.shape[0]}
        case nn.BatchNorm2d() | nn.InstanceNorm2d():
            return {"num_features": len(weight)}
        case nn.Embedding():
            return {"embedding_dim": weight.shape[1]}
    return {}


def _graph(net: nn.Module, inputs: Collection[Tensor]) -> torch_pruning.DependencyGraph:
    return torch_pruning.DependencyGraph().build_dependency(net, example_inputs=tuple(inputs))


def _group(
    graph: torch_pruning.DependencyGraph, found: torch_pruning.Group, names: dict[nn.Module, str]
) -> ChannelGroup:
    places: dict[Place, None] = {}
    for item in found:
        layer, written = item.dep.target.module, graph.is_out_channel_pruning_fn(item.dep.handler)
        size = graph.get_out_channels(layer) if written else graph.get_in_channels(layer)
        # A projection sums channels to one logit, and what adds to that has no such channels.
        if layer in names and max(item.idxs) < size:
            at, whose = tuple(item.idxs), tuple(item.root_idxs)
            # On a way through that logit torch-pruning forgets whose they are: then each is its own.
            forgotten = len(set(whose)) < len(found[0].idxs)
            places[Place(names[layer], written, at, at if forgotten else whose)] = None
    first = next(iter(places))
    return ChannelGroup(first.layer, len(set(first.channel)), tuple(places))
