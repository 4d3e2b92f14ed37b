"""The control: as sparse as asked, and blind to the weights."""

import pytest
import torch

from ganprune.methods.random import random


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_every_layer_loses_the_same_share_to_within_a_weight():
    weights = [torch.randn(size, generator=_generator()) for size in (100, 1000, 4096)]
    for weight, scores in zip(weights, random(weights, _generator()), strict=True):
        assert abs((scores < 0.4).sum().item() - 0.4 * len(weight)) <= 1


def test_the_size_of_a_weight_does_not_matter():
    weight = torch.arange(10_000.0)
    (scores,) = random([weight], _generator())
    assert abs(torch.corrcoef(torch.stack([weight.double(), scores]))[0, 1]) < 0.03
    assert torch.equal(scores, random([torch.zeros(10_000)], _generator())[0])


def test_another_lot_takes_other_weights():
    one, other = (random([torch.zeros(1000)], _generator(seed))[0] < 0.5 for seed in (0, 1))
    assert (one & other).sum().item() == pytest.approx(250, abs=50)
