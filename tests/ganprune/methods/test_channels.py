"""Channels as a method: thresholds that take one more each, nothing empty, and points of networks that are smaller."""

from dataclasses import replace

import pytest
import torch

from ganprune.config import ModelSettings, PruneSettings, TrainSettings
from ganprune.masks import masked
from ganprune.methods.channels import ChannelCut, Channels
from ganprune.metrics import quality
from ganprune.metrics.cost import Built, macs, sparsity
from ganprune.models.gan import pictures
from ganprune.point import NullLine, Scored
from ganprune.rebuild import kept_network, rebuild
from ganprune.train import Training
from ganprune.trial import run_trial
from ganprune.weighing import weights_hash

NOWHERE = "nowhere.safetensors"


def _cut(name: str = "dcgan", side: str = "generator", **own) -> ChannelCut:
    model = ModelSettings(name=name, width=6, latent=6, side=16, channels=1)
    training = Training(model, TrainSettings(batch=8))
    net = training.dense_generator() if side == "generator" else training.discriminator
    return Channels().cut(net, training, PruneSettings(method="channels", own=own), side)


@pytest.mark.parametrize("scope", ["layer", "global"])
@pytest.mark.parametrize("name", ["dcgan", "sngan"])
def test_no_group_is_ever_emptied(name, scope):
    cut = _cut(name, scope=scope)
    for threshold in (0.5, 0.9, 0.999999):
        assert all(stay.any() for stay in cut.kept(threshold).values())
    assert all(1 == stay.sum() for stay in cut.kept(0.999999).values())
    assert cut.threshold(0.9999) is None


def test_by_layer_every_group_loses_the_same_share_of_its_channels():
    cut = _cut(scope="layer")
    for group, stay in cut.kept(0.5).items():
        assert len(stay) / 2 == stay.sum(), group


def test_over_all_groups_those_go_that_matter_least_beside_their_own_groups_mean():
    cut = _cut(scope="global")
    with torch.no_grad():  # the first group's second half matters little
        weight = cut.dense.layers[0].weight
        weight[:, weight.shape[1] // 2 :] *= 1e-3
    training = Training(ModelSettings(width=6, latent=6, side=16, channels=1), TrainSettings(batch=8))
    cut = Channels().cut(cut.dense, training, PruneSettings(method="channels", own={"scope": "global"}))
    first, second = cut.kept(1 / 3).values()
    half = len(first) // 2
    assert [half, 0] == [first[:half].sum(), first[half:].sum()]
    assert second.all()


@pytest.mark.parametrize("name", ["dcgan", "sngan"])
def test_the_control_gives_up_as_many_channels_of_each_group_by_lot(name):
    cut = _cut(name)
    threshold = cut.threshold(0.6)
    mine, lot = cut.masks(threshold), cut.random_masks(threshold, torch.Generator().manual_seed(1))
    assert mine.keys() == lot.keys()
    assert all(mine[name].sum() == lot[name].sum() for name in mine)
    assert any(not torch.equal(mine[name], lot[name]) for name in mine)
    assert sparsity(masked(cut.dense, mine)).layers == sparsity(masked(cut.dense, lot)).layers


@pytest.mark.parametrize("scope", ["layer", "global"])
def test_a_sparsity_gets_the_threshold_that_comes_nearest(scope):
    cut = _cut(scope=scope)
    reached = {threshold: cut.sparsity(threshold) for threshold in cut._steps}
    assert sorted(reached.values()) == list(reached.values())
    for target in (0.1, 0.37, 0.5, 0.8):
        assert abs(reached[cut.threshold(target)] - target) == min(abs(each - target) for each in reached.values())


@pytest.mark.parametrize(("name", "importance"), [("pix2pix", "l1"), ("cyclegan", "random"), ("sngan", "l1")])
def test_asked_to_save_macs_a_threshold_reaches_their_share_as_they_are_executed(name, importance):
    training = Training(ModelSettings(name=name, width=8, latent=6, side=16), TrainSettings(batch=8))
    prune = PruneSettings(method="channels", own={"importance": importance}, targets_of="macs")
    dense = training.dense_generator()
    cut = Channels().cut(dense, training, prune)
    threshold = cut.threshold(0.75)
    small = cut.compact(masked(dense, cut.masks(threshold)), threshold)
    one = [each[:1] for each in cut.inputs]
    left = macs(Built(small, one)) / macs(Built(dense, one))
    assert left == pytest.approx(0.25, rel=0.05)
    assert 1 - left == pytest.approx(cut._taken(threshold))
    assert abs(1 - cut.sparsity(threshold) - left) > 1e-3, "weights are something else"


def test_what_is_decided_at_once_goes_at_any_threshold():
    cut = _cut("pix2pix", "discriminator", scope="global")
    decided = cut.decided(0.5)
    assert 0 == decided.sparsity(0)
    assert {decided.sparsity(threshold) for threshold in (1e-6, 0.5, 0.99)} == {decided.sparsity(0.5)}
    assert 0.5 == pytest.approx(decided.sparsity(0.5), abs=0.05)
    assert 0 < cut.decided(1.0).sparsity(0.5) < 1, "some always stay"


@pytest.mark.parametrize("name", ["dcgan", "sngan"])
def test_what_is_gone_of_the_small_network_is_what_the_threshold_promised(name):
    cut = _cut(name)
    threshold = cut.threshold(0.6)
    small = cut.compact(masked(cut.dense, cut.masks(threshold)), threshold)
    assert cut.sparsity(threshold) == sparsity(small, cut.dense).prunable
    assert sum(p.numel() for p in small.parameters()) < sum(p.numel() for p in cut.dense.parameters())


@pytest.mark.parametrize("name", ["dcgan", "sngan"])
def test_a_discriminator_can_be_cut_too(name):
    """By what it takes, pictures; under a spectral norm the weight behind it goes."""
    cut = _cut(name, side="discriminator")
    masks = cut.masks(0.5)
    assert 0 < cut.sparsity(0.5) == sparsity(masked(cut.dense, masks)).prunable < 1


def _tell(evaluator, settings, **values) -> list:
    return list(run_trial(0, settings, evaluator, **values))


@pytest.fixture
def channels(settings, changed):
    return changed(settings, method="channels", own={"threshold": 0.5}, targets=(0.0, 0.5, 0.75))


@pytest.fixture
def narrow_sngan(channels):
    model = channels.model.model_copy(update={"name": "sngan", "width": 2})
    return channels.model_copy(update={"model": model})


@pytest.mark.parametrize("kind", ["channels", "narrow_sngan"])
def test_points_are_of_networks_that_are_smaller_and_can_be_made_again(kind, evaluator, request, tmp_path, monkeypatch):
    monkeypatch.setattr(quality, "diverged", lambda *_: False)  # so few steps make no painter
    settings = request.getfixturevalue(kind)
    evaluator = replace(evaluator, model=settings.model)
    points = [event.point for event in _tell(evaluator, settings) if isinstance(event, Scored)]
    points.sort(key=lambda point: point.sparsity)
    assert [0.0, 0.5, 0.75] == pytest.approx([p.sparsity for p in points if p.target is not None], abs=0.1)
    for cost in ("params", "macs", "bytes"):
        sizes = [point.scores[cost] for point in points]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[-1] < sizes[0] / 2
    for point in points:
        assert point.scores["params"] == point.scores["nonzero_params"]
        fingerprint, nowhere = evaluator.images.fingerprint, tmp_path / NOWHERE
        net = rebuild(point, settings, fingerprint, evaluator.store, nowhere)
        assert point.weights == weights_hash(net)
        assert point.scores["fcd"] == evaluator.fcd(evaluator.draw(net))


def test_recovered_the_small_network_is_what_is_kept_and_loaded(evaluator, channels, changed, tmp_path):
    settings = changed(channels, recovery="distil", recovery_steps=3, discriminator=True)
    kept = tmp_path / "kept.safetensors"
    for scored in (event for event in _tell(evaluator, settings) if isinstance(event, Scored)):
        kept.write_bytes(scored.weights)
        net = kept_network(settings.model, kept)
        assert scored.point.weights == weights_hash(net)
        assert scored.point.scores["params"] == sum(parameter.numel() for parameter in net.parameters())
        assert scored.point.scores["fcd"] == pytest.approx(evaluator.fcd(evaluator.draw(net)), rel=1e-6)
        assert scored.point.scores["bytes"] == len(scored.weights)


def test_controls_stand_at_the_sparsity_of_their_points(evaluator, channels):
    events = _tell(evaluator, channels, controls=True)
    points = [event.point.sparsity for event in events if isinstance(event, Scored) and event.point.sparsity]
    lots = [event.sparsity for event in events if isinstance(event, NullLine) and event.sparsity]
    assert points == lots


def test_what_is_cut_draws_as_if_it_were_masked(curve_of, channels, evaluator):
    curve = curve_of(channels)
    threshold = curve.cut.threshold(0.6)
    whole = masked(curve.dense, curve.cut.masks(threshold)).eval()
    small = curve.cut.compact(whole, threshold).eval()
    assert (pictures(whole, evaluator.inputs) - pictures(small, evaluator.inputs)).abs().max() < 1e-5
