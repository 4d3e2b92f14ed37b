"""Every member of the shelf of pruning methods: its settings, what it takes, and the sparsity that it promises.

Methods that remove channels take many weights at once: what holds to a weight for the others holds to a channel for
them, and they alone make networks smaller.
"""

import copy
from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.cut import Cut, CutMethod
from ganprune.masks import masked
from ganprune.methods import METHODS
from ganprune.methods.scored import Scored, scored_weights
from ganprune.metrics.cost import sparsity
from ganprune.models import MODELS, OWN_LOSSES
from ganprune.models.gan import pictures
from ganprune.prunable import prunable, weight_name
from ganprune.settings import Settings
from ganprune.train import Training

QUICK = {"density": {"steps": 2, "near": 4}}  # where its usual settings would take long
CUTTING = [name for name, method in METHODS.items() if isinstance(method, CutMethod)]
SCORED = [name for name, method in METHODS.items() if isinstance(method, Scored)]

cutting = pytest.mark.parametrize("method", CUTTING)
scored = pytest.mark.parametrize("method", SCORED)
model = pytest.mark.parametrize("model", MODELS)


def _prune(method: str, **rest) -> PruneSettings:
    return PruneSettings(method=method, own=QUICK.get(method, {}), **rest)


@cache
def _training(model: str = "dcgan") -> Training:
    """Its weights as they begin; whoever is handed it leaves it alone."""
    width = {"dcgan": 8, "cdcgan": 8, "sngan": 2, "csngan": 2}.get(model, 4)
    loss = OWN_LOSSES.get(model, "non-saturating")
    return Training(ModelSettings(name=model, width=width, latent=8, side=16, classes=3), TrainSettings(loss=loss))


@cache
def _dense(model: str = "dcgan") -> nn.Module:
    return _training(model).dense_generator()


@cache
def _cut(method: str, model: str = "dcgan", side: str = "generator", spare: bool = True) -> Cut:
    net = _dense(model) if side == "generator" else _training(model).discriminator
    return METHODS[method].cut(net, _training(model), _prune(method, spare_output=spare), side)


def _some(method: str, model: str = "dcgan") -> list[float]:
    """Thresholds from nothing to nearly everything."""
    return [_cut(method, model, spare=False).threshold(target) for target in (0, 0.1, 0.5, 0.9)]


@pytest.mark.parametrize("method", METHODS)
def test_it_says_what_it_is_and_its_settings_have_defaults_and_know_no_other_names(method):
    member = METHODS[method]
    assert issubclass(member.Settings, Settings)
    assert isinstance(member.owns_training, bool)
    assert isinstance(member.structured, bool)
    own = member.Settings()
    assert own == member.Settings(**own.model_dump())
    with pytest.raises(ValueError, match="nonsense"):
        member.Settings(nonsense=1)


@pytest.mark.parametrize("method", METHODS)
def test_what_acts_while_it_trains_is_its_own_and_says_how(method):
    """So that its training is another one than that of those in which nothing acts."""
    hooks = METHODS[method].hooks(_prune(method))
    assert bool(hooks) == METHODS[method].owns_training
    assert all(hook.key() for hook in hooks.values())


@pytest.mark.parametrize("method", METHODS)
def test_asked_for_a_sparsity_it_is_the_same_method_within_the_same_budget_or_says_that_it_can_not_be(method):
    trial = TrialSettings(prune=PruneSettings(method=method, own=METHODS[method].Settings().model_dump()))
    asked = [METHODS[method].at(trial, sparsity) for sparsity in (0.75, 0.875)]
    if None in asked:
        assert METHODS[method].owns_training
        assert asked == [None, None]
        return
    assert asked[0] != asked[1]
    for each in asked:
        METHODS[method].Settings(**each.prune.own)
        assert (method, trial.model) == (each.prune.method, each.model)
        assert each.train.epochs + METHODS[method].epochs_before(each.prune) <= trial.train.epochs


@cutting
def test_it_says_in_which_unit_and_range_its_threshold_lies(method):
    threshold = METHODS[method].Settings.model_fields["threshold"]
    assert threshold.description
    for found in _some(method):
        assert found == METHODS[method].Settings(threshold=found).threshold
    for wrong in (-0.1, 1e9):
        with pytest.raises(ValueError, match="threshold"):
            METHODS[method].Settings(threshold=wrong)
    assert 0 < METHODS[method].most <= 1


@cutting
@model
def test_it_leaves_the_network_and_the_global_random_state_alone(method, model):
    net, training = _dense(model), _training(model)
    before, drawn = copy.deepcopy(net.state_dict()), torch.get_rng_state()
    cut = METHODS[method].cut(net, training, _prune(method))
    cut.compact(masked(net, cut.masks(cut.threshold(0.5))), cut.threshold(0.5))
    assert all(torch.equal(before[name], tensor) for name, tensor in net.state_dict().items())
    assert torch.equal(drawn, torch.get_rng_state())


@cutting
@model
@pytest.mark.parametrize("side", ["generator", "discriminator"])
def test_a_threshold_of_zero_takes_nothing(method, model, side):
    cut = _cut(method, model, side)
    assert 0 == cut.sparsity(0.0)
    assert all(mask.all() for mask in cut.masks(0.0).values())
    assert 0.0 == cut.threshold(0)


@cutting
@model
def test_a_higher_threshold_takes_all_that_a_lower_one_takes_and_more(method, model):
    cut, thresholds = _cut(method, model, spare=False), _some(method, model)
    assert sorted(set(thresholds)) == thresholds
    shares = [cut.sparsity(threshold) for threshold in thresholds]
    assert sorted(set(shares)) == shares
    for low, high in zip(map(cut.masks, thresholds), map(cut.masks, thresholds[1:]), strict=False):
        assert not any((high[name] & ~mask).any() for name, mask in low.items())


@scored
@settings(max_examples=60)
@given(target=st.floats(0, 0.99), spare=st.booleans())
def test_the_threshold_for_a_sparsity_reaches_it(method, target, spare):
    """Within one weight a layer (layers of one size have equal quantiles), and what six digits leave open."""
    cut = _cut(method, spare=spare)
    near = len(cut.scores) / cut.counted + 1e-5
    threshold = cut.threshold(target)
    if threshold is None:
        assert target > sum(score.numel() for score in cut.scores.values()) / cut.counted - near
        return
    assert METHODS[method].Settings(threshold=threshold).threshold == threshold
    assert cut.sparsity(threshold) == pytest.approx(target, abs=near)


@cutting
@model
@pytest.mark.parametrize("side", ["generator", "discriminator"])
def test_the_sparsity_promised_is_measured_on_the_network_with_the_spared_layer_counted(method, model, side):
    """An output layer keeps all its channels; it loses what those read that are gone."""
    cut, training = _cut(method, model, side), _training(model)
    net = _dense(model) if side == "generator" else training.discriminator
    threshold = cut.threshold(0.6)
    pruned = masked(net, cut.masks(threshold))
    found = sparsity(pruned)
    assert 0.5 < cut.sparsity(threshold) == found.prunable
    for output in training.gan.outputs[side]:
        kept = pruned.get_parameter(weight_name(pruned, output)) != 0
        axis = 1 if isinstance(pruned.get_submodule(output), nn.ConvTranspose2d) else 0
        assert kept.movedim(axis, 0).flatten(1).any(dim=1).all()
        assert METHODS[method].structured or kept.all()


@cutting
@model
def test_what_ships_draws_what_was_masked_and_gets_smaller_where_it_says_so(method, model):
    cut, inputs = _cut(method, model), _training(model).gan.inputs(8, torch.Generator().manual_seed(0))
    threshold = cut.threshold(0.6)
    pruned = masked(_dense(model), cut.masks(threshold))
    ships = cut.compact(pruned, threshold)
    assert (pictures(pruned, inputs) - pictures(ships, inputs)).abs().max() < 1e-5
    smaller = sum(weight.numel() for weight in prunable(ships).values()) < sum(
        weight.numel() for weight in prunable(pruned).values()
    )
    assert smaller == METHODS[method].structured
    assert sparsity(ships, _dense(model)).prunable == cut.sparsity(threshold)


@cutting
@model
def test_by_lot_as_much_of_each_layer_goes_but_another_part(method, model):
    cut = _cut(method, model)
    threshold = cut.threshold(0.6)
    mine, lot = cut.masks(threshold), cut.random_masks(threshold, torch.Generator().manual_seed(1))
    assert {name: mask.sum() for name, mask in mine.items()} == {name: mask.sum() for name, mask in lot.items()}
    assert any(not torch.equal(mask, lot[name]) for name, mask in mine.items())


@cutting
@model
def test_the_same_training_gives_the_same_masks(method, model):
    threshold = _some(method, model)[2]
    again = METHODS[method].cut(_dense(model), _training(model), _prune(method))
    one, other = _cut(method, model).masks(threshold), again.masks(threshold)
    assert one.keys() == other.keys()
    assert all(torch.equal(mask, other[name]) for name, mask in one.items())


@cutting
def test_memory_layout_does_not_matter(method):
    """Training keeps weights channels-last; a pruned point must be the same however they lie in memory."""
    laid = copy.deepcopy(_dense()).to(memory_format=torch.contiguous_format)
    threshold = _some(method)[2]
    other = METHODS[method].cut(laid, _training(), _prune(method)).masks(threshold)
    assert all(torch.equal(mask, other[name]) for name, mask in _cut(method).masks(threshold).items())


def _scores(method: str, net: nn.Module) -> list[Tensor]:
    return METHODS[method].score([w.detach() for w in prunable(net).values()], torch.Generator().manual_seed(5))


@scored
def test_scores_have_the_shapes_of_the_weights(method):
    shapes = [weight.shape for weight in prunable(_dense()).values()]
    assert shapes == [score.shape for score in _scores(method, _dense())]


@scored
def test_only_weights_are_ever_pruned_never_a_bias_never_batch_norm(method):
    """Where single weights go; a channel is its bias and its norm as well."""
    net = nn.Sequential(nn.Linear(8, 64), nn.ConvTranspose2d(8, 8, 4), nn.BatchNorm2d(8), nn.Conv2d(8, 3, 3))
    scores = scored_weights(net, METHODS[method].score, torch.Generator().manual_seed(0))
    assert ["0.weight", "1.weight", "3.weight"] == list(scores.masks(scores.threshold(0.9)))


@scored
@pytest.mark.parametrize("shuffled", [(1, 0, 2, 3), (2, 3, 1, 0)])
def test_the_layout_of_a_layer_does_not_matter_to_how_much_goes(method, shuffled):
    """Transposed convolutions store (in, out, height, width), others (out, in, height, width)."""
    weights = [weight.detach() for weight in prunable(_dense()).values()]
    turned = [weight.permute(shuffled) for weight in weights]
    straight, other = (METHODS[method].score(each, torch.Generator().manual_seed(5)) for each in (weights, turned))
    for threshold in _some(method):
        for one, two in zip(straight, other, strict=True):
            assert (one >= threshold).sum() == (two >= threshold).sum()
            assert method == "random" or torch.equal((one >= threshold).permute(shuffled), two >= threshold)
