"""Percentage pruning is numpy's percentile of |w|, layer by layer."""

import numpy as np
import pytest
import torch
from torch.nn.utils import prune as torch_prune

from ganprune.methods.percentage import percentage


def _normal(*shape: int, std: float = 1.0, seed: int = 0) -> torch.Tensor:
    return std * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def _kept(weights: list[torch.Tensor], percent: float) -> list[torch.Tensor]:
    return [scores >= percent for scores in percentage(weights, torch.Generator())]


@pytest.mark.parametrize("percent", [0.1, 30, 50, 77.7, 98])
def test_a_layer_loses_exactly_what_lies_below_numpys_percentile(percent):
    layers = [_normal(10, 16, 4, 4, std=std, seed=seed) for seed, std in enumerate((0.02, 0.05, 1.0))]
    for weight, kept in zip(layers, _kept(layers, percent), strict=True):
        size = weight.abs().double().numpy()
        assert np.array_equal(size >= np.percentile(size, percent), kept.numpy())


@pytest.mark.parametrize("percent", [25, 50, 90])
def test_it_agrees_with_torchs_own_l1_pruning(percent):
    weight = _normal(12, 10, 4, 4)
    layer = torch.nn.Module()
    layer.weight = torch.nn.Parameter(weight.clone())
    torch_prune.l1_unstructured(layer, "weight", amount=percent / 100)
    (kept,) = _kept([weight], percent)
    assert torch.equal(layer.weight_mask.bool(), kept)


def test_the_share_is_within_one_weight_of_the_percentage():
    weight = _normal(1013)
    for percent in (1, 12.5, 50, 99):
        (kept,) = _kept([weight], percent)
        assert abs((~kept).sum().item() - percent / 100 * len(weight)) <= 1


def test_ties_go_or_stay_together():
    """Half of the weights are equal: a percentile within them takes none of them, one above takes all."""
    weight = torch.tensor([1.0, -1.0, 1.0, -1.0, 2.0, 3.0, 4.0, 5.0])
    assert [8] == [kept.sum().item() for kept in _kept([weight], 30)]
    assert [4] == [kept.sum().item() for kept in _kept([weight], 50)]


def test_pruning_twice_prunes_nothing_more():
    weight = _normal(64, 64)
    (kept,) = _kept([weight], 60)
    (again,) = _kept([weight * kept], 60)
    assert not (kept & ~again).any()
