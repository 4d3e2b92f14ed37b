"""From scores to thresholds: the spared layers counted, the sparsity promised, the threshold solved."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from ganprune.masks import masked
from ganprune.methods.magnitude import magnitude
from ganprune.methods.percentage import percentage
from ganprune.methods.scored import ScoredWeights, scored_weights
from ganprune.metrics.cost import sparsity
from ganprune.threshold import round_threshold

LAST = {"2"}


def _net() -> nn.Module:
    net = nn.Sequential(*(nn.Conv2d(20, 20, 1, bias=False) for _ in range(3)))
    random = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.normal_(generator=random)
    return net


def _scored(score=percentage, spared=()) -> ScoredWeights:
    return scored_weights(_net(), score, torch.Generator(), spared)


@given(st.floats(0, 1e6))
def test_a_tidy_threshold_is_what_its_six_digits_say_and_stays_so(threshold):
    assert (
        round_threshold(threshold)
        == float(f"{round_threshold(threshold):g}")
        == round_threshold(round_threshold(threshold))
    )
    assert math.isclose(threshold, round_threshold(threshold), rel_tol=5.1e-6)


def test_the_last_layer_is_spared_but_counted():
    whole, spared = _scored(), _scored(spared=LAST)
    assert ["0.weight", "1.weight", "2.weight"] == list(whole.masks(50))
    assert ["0.weight", "1.weight"] == list(spared.masks(50))
    assert 1200 == whole.counted == spared.counted
    assert 0.5 == whole.sparsity(50)
    assert pytest.approx(1 / 3) == spared.sparsity(50)


def test_a_sparsity_that_the_spared_layer_forbids_has_no_threshold():
    spared = _scored(spared=LAST)
    assert spared.threshold(0.66) is not None
    assert spared.threshold(0.67) is None


def test_nothing_is_asked_for_by_threshold_zero():
    assert 0.0 == _scored(magnitude).threshold(0)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=30), st.floats(0, 0.999))
def test_the_sparsity_promised_is_the_one_that_the_masks_have(scores, threshold):
    found = ScoredWeights({"layer": torch.tensor(scores).double()}, len(scores))
    gone = (~found.masks(threshold)["layer"]).sum().item()
    assert gone / len(scores) == found.sparsity(threshold)


def test_nothing_gets_smaller_for_zeros():
    net = _net()
    assert _scored().compact(net, 50) is net


def test_under_a_spectral_norm_it_is_the_weight_behind_it_that_goes():
    net = nn.Sequential(spectral_norm(nn.Linear(10, 10)), nn.Linear(10, 10))
    masks = scored_weights(net, percentage, torch.Generator()).masks(50)
    assert ["0.parametrizations.weight.original", "1.weight"] == list(masks)
    assert {"0": 0.5, "1": 0.5} == sparsity(masked(net, masks)).layers
