"""From scores to a pruned network: thresholds solved, masks applied, controls drawn."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganprune.pruning.prune import Sieve, apply, random_masks, sieve, tidy


def _weights(layers: int = 3) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {f"layer{number}": torch.randn(20, 5, 2, 2, generator=generator) for number in range(layers)}


@given(st.floats(0, 1e6))
def test_a_tidy_threshold_is_what_its_six_digits_say_and_stays_so(threshold):
    assert tidy(threshold) == float(f"{tidy(threshold):g}") == tidy(tidy(threshold))
    assert math.isclose(threshold, tidy(threshold), rel_tol=5.1e-6)


def test_the_last_layer_is_spared_but_counted():
    whole, spared = (sieve(_weights(), "percentage", torch.Generator(), spare) for spare in (False, True))
    assert ["layer0", "layer1", "layer2"] == list(whole.masks(50))
    assert ["layer0", "layer1"] == list(spared.masks(50))
    assert 1200 == whole.counted == spared.counted
    assert 0.5 == whole.sparsity(50)
    assert pytest.approx(1 / 3) == spared.sparsity(50)


def test_a_sparsity_that_the_spared_layer_forbids_has_no_threshold():
    spared = sieve(_weights(), "percentage", torch.Generator(), True)
    assert spared.threshold(0.66) is not None
    assert spared.threshold(0.67) is None


def test_nothing_is_asked_for_by_threshold_zero():
    assert 0.0 == sieve(_weights(), "magnitude", torch.Generator(), False).threshold(0)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=30), st.floats(0, 0.999))
def test_the_sparsity_promised_is_the_one_that_the_masks_have(scores, threshold):
    found = Sieve({"layer": torch.tensor(scores).double()}, len(scores))
    gone = (~found.masks(threshold)["layer"]).sum().item()
    assert gone / len(scores) == found.sparsity(threshold)


def test_applying_masks_zeroes_what_they_give_up_and_leaves_the_rest_to_the_bit():
    weights = _weights()
    before = {name: weight.clone() for name, weight in weights.items()}
    masks = sieve(weights, "sensitivity", torch.Generator(), True).masks(0.75)
    apply(masks, weights)
    for name, weight in weights.items():
        expected = np.where(masks[name], before[name], 0) if name in masks else before[name].numpy()
        assert np.array_equal(expected, weight.numpy())


def test_what_is_gone_is_plain_zero_without_a_sign():
    """The sign of a negative zero would be a random bit for every pruned weight: it cannot be compressed away."""
    weights = {"layer": torch.tensor([-1.0, 1.0])}
    apply({"layer": torch.tensor([False, False])}, weights)
    assert [False, False] == torch.signbit(weights["layer"]).tolist()


def test_weights_that_still_learn_can_be_pruned():
    weights = {"layer": torch.nn.Parameter(torch.ones(4))}
    apply({"layer": torch.tensor([True, False, True, False])}, weights)
    assert [1, 0, 1, 0] == weights["layer"].tolist()
    assert weights["layer"].requires_grad


def test_the_control_takes_as_many_of_each_layer_but_others():
    masks = sieve(_weights(), "magnitude", torch.Generator(), True).masks(0.6)
    control = random_masks(masks, torch.Generator().manual_seed(1))
    for name, mask in masks.items():
        assert mask.sum() == control[name].sum()
        assert mask.shape == control[name].shape
        assert not torch.equal(mask, control[name])
