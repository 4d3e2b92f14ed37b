"""The pair of networks: how they begin, draw, and find their batch-norm statistics."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganprune.prunable import PRUNABLE_LAYERS


@dataclass
class Gan:
    generator: nn.Module
    discriminator: nn.Module


@torch.no_grad()
def initialise(net: nn.Module, random: torch.Generator) -> nn.Module:
    """Weights from N(0, 0.02), batch-norm scales from N(1, 0.02), shifts zero (Radford et al. 2016; DCGAN tutorial)."""
    for layer in net.modules():
        if isinstance(layer, PRUNABLE_LAYERS):
            layer.weight.normal_(0.0, 0.02, generator=random)
        elif isinstance(layer, nn.BatchNorm2d):
            layer.weight.normal_(1.0, 0.02, generator=random)
            layer.bias.zero_()
            layer.reset_running_stats()
    return net


@torch.no_grad()
def pictures(net: nn.Module, latents: Tensor, batch: int = 250) -> Tensor:
    """Generated pictures (n, channels, side, side) in [-1, 1] for latents (n, latent), in evaluation mode."""
    net.eval()
    return torch.cat([net(part) for part in latents.split(batch)])


@torch.no_grad()
def recalibrate(net: nn.Module, latents: Tensor, batch: int = 128) -> None:
    """Batch-norm statistics measured afresh on these latents (n, latent), as a plain average over batches.

    Averaging or pruning weights leaves them stale, and stale ones decide how a pruned network is judged
    (Li et al. 2020, EagleEye).
    """
    norms = [layer for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a cumulative average
    net.train()
    for part in latents.split(batch):
        net(part)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    net.eval()
