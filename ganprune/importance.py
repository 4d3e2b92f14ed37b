"""How much a channel matters, by what writes it and scales it."""

import copy
from collections.abc import Callable, Collection

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from ganprune import seeds
from ganprune.channels import ChannelGroup
from ganprune.errors import UserError
from ganprune.losses import LOSSES, Batch
from ganprune.models.conditional_norm import Scale
from ganprune.prunable import BATCH_NORMS, PRUNABLE_LAYERS
from ganprune.train import Training

PICTURES = 256
DIRECTIONS, AWAY = 10, 5.0  # that latents are moved in, and how far: as released with DCP-GAN
SCALING = (*BATCH_NORMS, Scale)
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
    """|γ| of its norms (Liu et al. 2017, "Network slimming"), of all classes: a negative scale scales as much."""
    scales = {name: weight.abs() for name, weight in net.named_parameters()}
    found = {group.name: _summed(group, net, scales, SCALING) for group in groups}
    for name, each in found.items():
        if not each.any():
            raise UserError(f"importance scale: the channels of {name} have no norm with a scale; take l1 or l2")
    return found


def taylor(groups: Collection[ChannelGroup], net: nn.Module, training: Training, side: str) -> Importance:
    """|Σ w · gradient|: how the generator's loss would move, to first order (Molchanov et al. 2019, eq. 8)."""
    named = zip(net.named_parameters(), _slopes(net, training, side), strict=True)
    moves = {name: weight * slope for (name, weight), slope in named}
    return {group.name: _summed(group, net, moves, (*PRUNABLE_LAYERS, *SCALING)).abs() for group in groups}


def diversity(groups: Collection[ChannelGroup], net: nn.Module, training: Training, side: str) -> Importance:
    """How much the direction matters that latents are moved in to what a channel has in the change of the picture.

    After DCP-GAN (Chung et al. 2024): the variance over directions of mean |gradient|. There they are principal ones of
    StyleGAN's latents and a channel is told by what reads it; here they are random, and it is told by what writes it.
    Of a discriminator the change of its logits counts.
    """
    if training.gan.translates:
        raise UserError(f"importance diversity: {training.model.name} draws from no latents; take l1 or l2")
    nets, (latents, *labels), directions = _playing(net, training, side), *_latents(training)
    found = [_part_in(groups, nets, side, latents, latents + AWAY * each, labels) for each in directions]
    return {group.name: torch.stack([each[group.name] for each in found]).var(dim=0) for group in groups}


def random(groups: Collection[ChannelGroup], net: nn.Module, training: Training, side: str) -> Importance:
    """By lot: the control."""
    lot = seeds.generator(training.settings.seed, "importance", "random", side)
    return {group.name: torch.rand(group.size, generator=lot, dtype=torch.float64) for group in groups}


IMPORTANCES: dict[str, Callable[[Collection[ChannelGroup], nn.Module, Training, str], Importance]] = {
    "l1": l1,
    "l2": l2,
    "scale": scale,
    "taylor": taylor,
    "diversity": diversity,
    "random": random,
}


def _playing(net: nn.Module, training: Training, side: str) -> dict[str, nn.Module]:
    """Copies of this network and of the others of this training, in evaluation mode."""
    playing = training.gan.nets | {"generator": training.averaged} | {side: net}
    return {name: copy.deepcopy(each).eval() for name, each in playing.items()}


def _slopes(net: nn.Module, training: Training, side: str) -> list[Tensor]:
    """Of the generator's loss, beside the other networks of this training; of pictures that it draws itself."""
    random = seeds.generator(training.settings.seed, "importance", device=training.device)
    inputs = training.gan.inputs(PICTURES, random, source=training.sources)
    nets = _playing(net, training, side)
    slopes: list[Tensor] = []

    def descend(of: str, loss: Tensor, drawn: Tensor) -> None:
        if of == "g":
            slopes.extend(torch.autograd.grad(loss, list(nets[side].parameters())))

    with torch.no_grad():
        drawn = Batch(nets["generator"](*inputs.values()), inputs.get("labels"), inputs.get("source"))
    LOSSES[training.settings.loss].step(nets, inputs, drawn, descend, both=True)
    return slopes


def _latents(training: Training) -> tuple[list[Tensor], Tensor]:
    """What a generator takes, latents first; and directions (n, latent) of length 1 to move them in."""
    random = seeds.generator(training.settings.seed, "importance", device=training.device)
    inputs = training.gan.inputs(PICTURES, random)
    directions = torch.randn(DIRECTIONS, training.model.latent, generator=random, device=training.device)
    return list(inputs.values()), normalize(directions)


def _part_in(
    groups: Collection[ChannelGroup],
    nets: dict[str, nn.Module],
    side: str,
    here: Tensor,  # latents
    there: Tensor,
    labels: list[Tensor],
) -> Importance:
    """What channels have in how differently two sets of latents are answered: the sizes of their weights' slopes."""

    def answer(latents: Tensor) -> Tensor:
        drawn = nets["generator"](latents, *labels)
        return drawn if side == "generator" else nets["discriminator"](drawn, *labels)

    names, weights = zip(*nets[side].named_parameters(), strict=True)
    slopes = torch.autograd.grad((answer(there) - answer(here)).abs().mean(), weights)
    sizes = {name: slope.abs() for name, slope in zip(names, slopes, strict=True)}
    return {group.name: _summed(group, nets[side], sizes, PRUNABLE_LAYERS) for group in groups}


def _summed(group: ChannelGroup, net: nn.Module, values: Values, layers: type | tuple[type, ...]) -> Tensor:
    """(channels,): what `values` has of each channel where such layers write it."""
    sums = torch.zeros(group.size, dtype=torch.float64)
    for name, axis, place in group.parameters(net, written=True):
        if isinstance(net.get_submodule(place.layer), layers) and not name.endswith("bias"):
            value = values[name].detach().double().cpu()
            slices = value.movedim(axis, 0).reshape(value.shape[axis], -1).sum(1)
            sums.index_add_(0, torch.tensor(place.channel), slices[torch.tensor(place.at)])
    return sums
