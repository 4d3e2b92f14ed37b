"""Every member of the shelf of pruning methods: one comparison prunes, one sort finds the threshold."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from ganprune.config import ModelSettings
from ganprune.metrics.cost import sparsity
from ganprune.models import build
from ganprune.models.gan import initialise
from ganprune.prunable import prunable
from ganprune.pruning import METHODS
from ganprune.pruning.prune import Sieve, apply, sieve

pytestmark = pytest.mark.parametrize("method", METHODS)


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _net() -> nn.Module:
    return initialise(build(ModelSettings(width=8, latent=8, side=16)).generator, _generator())


def _sieve(method: str, net: nn.Module | None = None, spare: bool = True, seed: int = 1) -> Sieve:
    return sieve(prunable(net or _net()), method, _generator(seed), spare)


def _some(method: str) -> list[float]:
    """Thresholds from nothing to nearly everything."""
    return [_sieve(method, spare=False).threshold(target) for target in (0, 0.1, 0.5, 0.9, 0.99)]


def test_scores_have_the_shapes_of_the_weights_and_leave_these_alone(method):
    weights = list(prunable(_net()).values())
    before = [weight.clone() for weight in weights]
    scores = METHODS[method].scores([weight.detach() for weight in weights], _generator())
    assert [weight.shape for weight in weights] == [score.shape for score in scores]
    assert all(map(torch.equal, before, weights))


def test_a_threshold_of_zero_takes_nothing(method):
    assert all(mask.all() for mask in _sieve(method).masks(0.0).values())


def test_a_higher_threshold_takes_all_that_a_lower_one_takes_and_more(method):
    found = _sieve(method, spare=False)
    thresholds = _some(method)
    assert sorted(set(thresholds)) == thresholds
    shares = [found.sparsity(threshold) for threshold in thresholds]
    assert sorted(set(shares)) == shares
    for low, high in zip(map(found.masks, thresholds), map(found.masks, thresholds[1:]), strict=False):
        assert not any((high[name] & ~low[name]).any() for name in low)


@settings(max_examples=60, deadline=None)
@given(target=st.floats(0, 0.99), spare=st.booleans())
def test_the_threshold_for_a_sparsity_reaches_it(method, target, spare):
    """Within one weight a layer (layers of one size have equal quantiles), and what six digits leave open."""
    found = _sieve(method, spare=spare)
    near = len(found.scores) / found.counted + 1e-5
    threshold = found.threshold(target)
    if threshold is None:
        assert target > sum(score.numel() for score in found.scores.values()) / found.counted - near
        return
    assert 0 <= threshold < METHODS[method].below
    assert found.sparsity(threshold) == pytest.approx(target, abs=near)


def test_the_sparsity_promised_is_measured_on_the_network_with_the_spared_layer_counted(method):
    net = _net()
    found = _sieve(method, net)
    threshold = found.threshold(0.8)
    apply(found.masks(threshold), prunable(net))
    measured = sparsity(net)
    assert found.sparsity(threshold) == measured.prunable
    assert 0 == list(measured.layers.values())[-1]


def test_only_weights_are_ever_pruned_never_a_bias_never_batch_norm(method):
    net = nn.Sequential(nn.Linear(8, 64), nn.ConvTranspose2d(8, 8, 4), nn.BatchNorm2d(8), nn.Conv2d(8, 3, 3))
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    apply(sieve(prunable(net), method, _generator(), False).masks(_some(method)[3]), prunable(net))
    changed = {name for name, tensor in net.state_dict().items() if not torch.equal(tensor, before[name])}
    assert {"0.weight", "1.weight", "3.weight"} == changed


def test_the_same_generator_gives_the_same_masks_and_the_global_state_is_left_alone(method):
    before = torch.get_rng_state()
    weights = prunable(_net())
    threshold = _some(method)[2]
    torch.set_rng_state(before)
    one, other = (sieve(weights, method, _generator(5), True).masks(threshold) for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("shuffled", [(1, 0, 2, 3), (2, 3, 1, 0)])
def test_the_layout_of_a_layer_does_not_matter_to_how_much_goes(method, shuffled):
    """Transposed convolutions store (in, out, height, width), others (out, in, height, width)."""
    weights = prunable(_net())
    turned = {name: weight.permute(shuffled) for name, weight in weights.items()}
    for threshold in _some(method):
        straight, other = (sieve(each, method, _generator(), False).masks(threshold) for each in (weights, turned))
        for name, mask in straight.items():
            assert mask.sum() == other[name].sum()
            assert method == "random" or torch.equal(mask.permute(shuffled), other[name])


def test_memory_layout_does_not_matter(method):
    """Training keeps weights channels-last; a pruned point must be the same however they lie in memory."""
    weights = {name: weight.detach() for name, weight in prunable(_net()).items()}
    laid = {name: weight.contiguous(memory_format=torch.channels_last) for name, weight in weights.items()}
    threshold = _some(method)[2]
    one, other = (sieve(each, method, _generator(), True).masks(threshold) for each in (weights, laid))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_it_says_in_which_unit_and_range_its_threshold_lies(method):
    about = METHODS[method]
    assert about.unit
    assert about.below > 0
    assert 0 < about.most <= 1
    assert all(0 <= threshold < about.below for threshold in _some(method))
