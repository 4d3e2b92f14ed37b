"""How much a channel matters, by what writes it and scales it."""

import copy
from collections.abc import Callable, Collection

import torch
from torch import Tensor, nn

from ganprune import seeds
from ganprune.channels import ChannelGroup
from ganprune.errors import UserError
from ganprune.losses import LOSSES, Batch
from ganprune.prunable import BATCH_NORMS, PRUNABLE_LAYERS
from ganprune.train import Training

TAYLOR_PICTURES = 256
Importance = dict[str, Tensor]  # by group: (channels,)
Values = dict[str, Tensor]  # of parameters, by their names


def l1(groups: Collection[ChannelGroup], net: nn.Module, training: Training, side: str) -> Importance:
    """The sizes of the weights that write it (Li et al. 2017)."""
    weights = {name: weight.abs() for name, weight in net.named_parameters()}
    return {group.name: _summed(group, net, weights, PRUNABLE_LAYERS) for group in groups}


def l2(groups: Collection[ChannelGroup], net: nn.Module, training: Training, side: str) -> Importance:
    """The length of the weights that write it."""
    squares = {name: weight.square() for name, weight in net.named_parameters()}
    return {group.name: _summed(group, net, squares, PRUNABLE_LAYERS).sqrt() for group in groups}


def scale(groups: Collection[ChannelGroup], net: nn.Module, training: Training, side: str) -> Importance:
    """|γ| of its norms (Liu et al. 2017, "Network slimming"): a negative scale scales as much."""
    scales = {name: weight.abs() for name, weight in net.named_parameters()}
    found = {group.name: _summed(group, net, scales, BATCH_NORMS) for group in groups}
    for name, each in found.items():
        if not each.any():
            raise UserError(f"importance scale: the channels of {name} have no norm with a scale; take l1 or l2")
    return found


def taylor(groups: Collection[ChannelGroup], net: nn.Module, training: Training, side: str) -> Importance:
    """|Σ w · gradient|: how the generator's loss would move, to first order (Molchanov et al. 2019, eq. 8)."""
    named = zip(net.named_parameters(), _slopes(net, training, side), strict=True)
    moves = {name: weight * slope for (name, weight), slope in named}
    return {group.name: _summed(group, net, moves, (*PRUNABLE_LAYERS, *BATCH_NORMS)).abs() for group in groups}


IMPORTANCES: dict[str, Callable[[Collection[ChannelGroup], nn.Module, Training, str], Importance]] = {
    "l1": l1,
    "l2": l2,
    "scale": scale,
    "taylor": taylor,
}


def _slopes(net: nn.Module, training: Training, side: str) -> list[Tensor]:
    """Of the generator's loss, beside the other network of this training."""
    random = seeds.generator(training.settings.seed, "importance", device=training.device)
    inputs = training.gan.inputs(TAYLOR_PICTURES, random)
    others = {"generator": training.averaged, "discriminator": training.discriminator}
    nets = {name: copy.deepcopy(each).eval() for name, each in (others | {side: net}).items()}
    slopes: list[Tensor] = []

    def descend(of: str, loss: Tensor, drawn: Tensor) -> None:
        if of == "g":
            slopes.extend(torch.autograd.grad(loss, list(nets[side].parameters())))

    with torch.no_grad():
        drawn = Batch(nets["generator"](*inputs.values()), inputs.get("labels"))
    LOSSES[training.settings.loss].step(nets, inputs, drawn, descend, both=True)
    return slopes


def _summed(group: ChannelGroup, net: nn.Module, values: Values, layers: type | tuple[type, ...]) -> Tensor:
    """(channels,): what `values` has of each channel where such layers write it."""
    sums = torch.zeros(group.size, dtype=torch.float64)
    for name, axis, place in group.parameters(net, written=True):
        if isinstance(net.get_submodule(place.layer), layers) and not name.endswith("bias"):
            value = values[name].detach().double().cpu()
            slices = value.movedim(axis, 0).reshape(value.shape[axis], -1).sum(1)
            sums.index_add_(0, torch.tensor(place.channel), slices[torch.tensor(place.at)])
    return sums
