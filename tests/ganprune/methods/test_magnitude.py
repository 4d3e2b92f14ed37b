"""Global magnitude pruning takes the smallest weights of all layers together."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import prune as torch_prune

from ganprune.methods.magnitude import magnitude


def _layers() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [std * torch.randn(8, 16, 4, 4, generator=generator) for std in (0.02, 0.05, 0.2)]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.95])
def test_it_takes_what_lies_below_numpys_quantile_of_all_layers_together(share):
    layers = _layers()
    limit = np.quantile(np.concatenate([weight.abs().double().numpy().ravel() for weight in layers]), share)
    for weight, scores in zip(layers, magnitude(layers, torch.Generator()), strict=True):
        assert np.array_equal(weight.abs().double().numpy() >= limit, (scores >= share).numpy())


@pytest.mark.parametrize("share", [0.3, 0.5, 0.95])
def test_it_agrees_with_torchs_own_global_pruning(share):
    """To the one weight at the limit, where torch rounds the number and a quantile interpolates."""
    layers = _layers()
    modules = [nn.Module() for _ in layers]
    for module, weight in zip(modules, layers, strict=True):
        module.weight = nn.Parameter(weight.clone())
    torch_prune.global_unstructured(
        [(module, "weight") for module in modules], torch_prune.L1Unstructured, amount=share
    )
    scores = magnitude(layers, torch.Generator())
    different = [
        (module.weight_mask.bool() != (score >= share)).sum() for module, score in zip(modules, scores, strict=True)
    ]
    assert sum(different) <= 1


def test_layers_of_small_weights_lose_more():
    gone = [(scores < 0.5).double().mean().item() for scores in magnitude(_layers(), torch.Generator())]
    assert gone[0] > gone[1] > gone[2]
