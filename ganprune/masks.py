"""What stays of a network's parameters, and holding the rest at zero."""

import copy
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from ganprune.models.gan import Gan

Masks = dict[str, Tensor]  # by the name of a parameter: boolean, in its shape, true for what stays


@torch.no_grad()
def apply(masks: Masks, net: nn.Module) -> None:
    """Zero what the masks give up, in place."""
    for name, mask in masks.items():
        net.get_parameter(name).masked_fill_(~mask, 0)  # a product would leave -0.0, which compresses worse


def apply_to_side(masks: dict[str, Masks], gan: "Gan", side: str) -> None:
    """After its descent, by network: Adam's momentum moves a zeroed weight even where its gradient is zero."""
    for net in masks.keys() & set(gan.sides[side]):
        apply(masks[net], gan.nets[net])


def masked(net: nn.Module, masks: Masks) -> nn.Module:
    """A copy that keeps what the masks keep."""
    copied = copy.deepcopy(net)
    apply(masks, copied)
    return copied


def random_masks(masks: Masks, random: torch.Generator) -> Masks:
    """The control for given masks: as much of each parameter, chosen by lot."""
    shuffled = {}
    for name, mask in masks.items():
        order = torch.randperm(mask.numel(), generator=random)
        shuffled[name] = mask.flatten()[order.to(mask.device)].view_as(mask)
    return shuffled
