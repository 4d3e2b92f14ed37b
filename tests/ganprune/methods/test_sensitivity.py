"""Sensitivity pruning is |w| < s · np.std(w), layer by layer."""

import math

import numpy as np
import pytest
import torch

from ganprune.methods.sensitivity import sensitivity

PAPER = 0.75


def _gone(weights: list[torch.Tensor], factor: float) -> list[torch.Tensor]:
    return [scores < factor for scores in sensitivity(weights, torch.Generator())]


def _random(kind: str, n: int = 10**6) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(n, generator=generator) if kind == "normal" else torch.rand(n, generator=generator) * 2 - 1


@pytest.mark.parametrize(("kind", "expected"), [("normal", 0.547), ("uniform", 0.433)])
def test_the_papers_factor_takes_the_share_that_theory_says(kind, expected):
    """erf(s / √2) of normal weights, s / √3 of uniform ones (methods.md 1.3)."""
    theory = math.erf(PAPER / math.sqrt(2)) if kind == "normal" else PAPER / math.sqrt(3)
    assert expected == pytest.approx(theory, abs=5e-4)
    (gone,) = _gone([0.02 * _random(kind)], PAPER)
    assert gone.double().mean().item() == pytest.approx(expected, abs=0.002)


@pytest.mark.parametrize("mean", [0.0, 0.01])
def test_a_layer_loses_exactly_what_lies_below_numpys_deviation(mean):
    """Of the weights themselves: a mean that is not zero is not taken off."""
    layers = [std * _random("normal", 4096).view(16, 16, 4, 4) + mean for std in (0.02, 0.05)]
    for weight, gone in zip(layers, _gone(layers, PAPER), strict=True):
        array = weight.double().numpy()
        assert np.array_equal(np.abs(array) < PAPER * np.std(array), gone.numpy())


def test_each_layer_has_its_own_deviation():
    """With a deviation pooled over both, 0.639 of the weights would go (methods.md 1.3)."""
    one, other = _gone([0.02 * _random("normal", 10**5), 0.05 * _random("uniform", 10**5)], PAPER)
    assert one.double().mean().item() == pytest.approx(0.547, abs=0.006)
    assert other.double().mean().item() == pytest.approx(0.433, abs=0.006)


def test_pruning_twice_prunes_nothing_more():
    weight = _random("normal", 10**5)
    (gone,) = _gone([weight], PAPER)
    (again,) = _gone([weight * ~gone], PAPER)
    assert not (again & ~gone).any()


def test_a_layer_of_equal_weights_stays_whole():
    assert not _gone([torch.full((4, 4), 0.3)], 2.5)[0].any()
