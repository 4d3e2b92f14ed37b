"""Paper 3's claim as arms: what each lacks, at as many MACs and pictures as density has."""

import pytest

from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from study.settings.arms import SMALL
from study.settings.comparison import Comparison
from study.settings.density_arms import CHANNELS, CONTROLS, DENSITY, LOT, REMOVED, TUNED, keep_density, macs

TRAIN = TrainSettings(epochs=8, batch=50, epoch_images=5000)


def _whole(model: str) -> TrialSettings:
    return TrialSettings(model=ModelSettings(name=model, width=8, side=16), train=TRAIN)


@pytest.fixture(params=["pix2pix", "cyclegan"])
def found(request) -> Comparison:
    return keep_density(_whole(request.param), 10_000)


def test_what_is_cut_is_asked_for_one_share_of_the_macs_and_agents_for_the_same(found):
    for name in (DENSITY, *CONTROLS, CHANNELS, LOT):
        (arm,) = found.named(name)
        assert ((REMOVED,), "macs", REMOVED) == (arm.settings.prune.targets, arm.settings.prune.targets_of, arm.asked)
        assert arm.settings.prune.own.get("budget", 1 - REMOVED) == 1 - REMOVED


def test_each_control_lacks_one_thing_and_no_two_are_the_same(found):
    (density,) = found.named(DENSITY)
    whole, others = density.settings.prune.own, []
    for name, lacks in CONTROLS.items():
        (arm,) = found.named(name)
        own = arm.settings.prune.own
        assert lacks == {key: value for key, value in own.items() if whole[key] != value}
        assert arm.settings.prune.discriminator == (own["budget_d"] < 1)
        others.append(own)
    assert all(others.count(own) == 1 for own in others)


def test_the_dense_network_is_trained_on_as_long_as_the_others_are_fine_tuned(found):
    (tuned,), (channels,) = found.named(TUNED), found.named(CHANNELS)
    assert (0.0,) == tuned.settings.prune.targets
    assert tuned.settings.prune.recovers
    assert channels.settings.prune.recovery_steps == tuned.settings.prune.recovery_steps


def test_the_share_lies_between_two_networks_that_were_trained_small(found):
    whole = macs(found.arms[0].settings.model)
    left = [macs(arm.settings.model) / whole for arm in found.named(SMALL)]
    assert min(left) < 1 - REMOVED < max(left)


def test_all_are_held_against_density_by_quality_and_by_the_truth(found):
    quality, truth, dense = found.groups
    assert {DENSITY} == {quality.against, truth.against}
    assert (None, "l1") == (quality.metric, truth.metric)
    assert all(group.alike and group.shares_of == "macs" for group in (quality, truth))
    assert (LOT,) == quality.nulls
    assert TUNED in dense.arms


def test_norms_without_a_scale_have_channels_told_by_slopes():
    told = {model: keep_density(_whole(model), 10_000).named(CHANNELS)[0] for model in ("pix2pix", "cyclegan")}
    importances = {model: arm.settings.prune.own["importance"] for model, arm in told.items()}
    assert {"pix2pix": "l1", "cyclegan": "taylor"} == importances
