"""How networks begin: every tensor from the generator that is passed in, none as memory happened to be."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import _SpectralNorm
from torch.nn.utils.parametrize import ParametrizationList

from ganprune.errors import UserError
from ganprune.models.conditional_norm import Scale, Shift
from ganprune.prunable import PRUNABLE_LAYERS, weight_name

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.InstanceNorm2d)
Draw = Callable[[Tensor, torch.Generator], object]  # fills the weight of a layer


def normal(weight: Tensor, random: torch.Generator) -> None:
    """N(0, 0.02) (Radford et al. 2016; DCGAN tutorial)."""
    weight.normal_(0.0, 0.02, generator=random)


@torch.no_grad()
def initialise(net: nn.Module, random: torch.Generator, draw: Draw = normal) -> nn.Module:
    """Weights by `draw`, norms' scales from N(1, 0.02), biases and shifts zero; other layers as PyTorch begins them."""
    for layer in net.modules():
        if isinstance(layer, Scale):
            layer.weight.normal_(1.0, 0.02, generator=random)
        elif isinstance(layer, Shift):
            layer.weight.zero_()
        elif isinstance(layer, (*PRUNABLE_LAYERS, nn.Embedding)):
            draw(layer.get_parameter(weight_name(layer, "")), random)
            if getattr(layer, "bias", None) is not None:
                layer.bias.zero_()
        elif isinstance(layer, NORMS):
            _begin_norm(layer, random)
        elif isinstance(layer, _SpectralNorm):
            _begin_spectral_norm(layer, random)
        elif _has_own_tensors(layer):
            _begin_other(layer, random)
    return net


def _begin_norm(norm: nn.Module, random: torch.Generator) -> None:
    if norm.affine:
        norm.weight.normal_(1.0, 0.02, generator=random)
        norm.bias.zero_()
    norm.reset_running_stats()


def _begin_spectral_norm(norm: _SpectralNorm, random: torch.Generator) -> None:
    """Its estimate of the first singular vectors."""
    for vector in norm.buffers():
        vector.normal_(generator=random).div_(vector.norm())


def _begin_other(layer: nn.Module, random: torch.Generator) -> None:
    if not hasattr(layer, "reset_parameters"):
        raise UserError(
            f"model: nobody initialises the tensors of {type(layer).__name__}: give it reset_parameters(), or the model"
            " an initialise() of its own"
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(torch.randint(2**31, (), generator=random)))
        layer.reset_parameters()


def _has_own_tensors(layer: nn.Module) -> bool:
    """Not counting those of the layers in it, nor the weight behind a parametrised one, which is the layer's."""
    own = [*layer.parameters(recurse=False), *layer.buffers(recurse=False)]
    return bool(own) and not isinstance(layer, ParametrizationList)
