"""How methods are set where they are compared: every point is given the same pictures, whatever the method."""

from dataclasses import replace

import pytest

from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from ganprune.errors import UserError
from ganprune.methods import METHODS
from study.settings.arms import dense_arm, method_arms, small_arm, weights
from tests.contracts.guests import Switching

PICTURES, SHARES = 1000, (0.75, 0.875)
WHOLE = TrialSettings(model=ModelSettings(width=32, side=16), train=TrainSettings(epochs=8, batch=32, seed=3))


def _images(settings: TrialSettings) -> int:
    prune, train = settings.prune, settings.train
    steps = train.epochs * train.epoch_steps(PICTURES) + (prune.recovery_steps if prune.recovers else 0)
    return steps * train.batch + METHODS[prune.method].decided_with(prune)


@pytest.mark.parametrize("method", [name for name, member in METHODS.items() if not member.owns_training])
def test_a_method_that_cuts_fine_tunes_with_a_quarter_of_what_a_dense_network_is_given(method):
    arms = method_arms(WHOLE, method, SHARES, PICTURES)
    assert list(SHARES) == [arm.asked for arm in arms] == [arm.settings.prune.targets[0] for arm in arms]
    for arm in arms:
        assert _images(dense_arm(WHOLE).settings) == pytest.approx(_images(arm.settings), abs=32)
    assert {6} == {arm.settings.train.epochs for arm in arms}
    assert all(arm.settings.prune.recovers for arm in arms)


class Asked(Switching):
    def at(self, settings: TrialSettings, sparsity: float) -> TrialSettings:
        return settings.with_own(share=sparsity)


def test_a_method_that_owns_its_training_has_it_all_and_is_asked_as_it_says(monkeypatch):
    monkeypatch.setitem(METHODS, "switching", Asked())
    arms = method_arms(WHOLE, "switching", SHARES, PICTURES)
    assert list(SHARES) == [arm.settings.prune.own["share"] for arm in arms]
    assert {8 * 31 * 32} == {_images(arm.settings) for arm in arms}


def test_one_that_can_not_be_asked_runs_once_as_it_is(monkeypatch):
    monkeypatch.setitem(METHODS, "switching", Switching())
    (arm,) = method_arms(WHOLE, "switching", SHARES, PICTURES)
    assert (None, {"period": 5, "share": 0.5}) == (arm.asked, arm.settings.prune.own)


@pytest.mark.parametrize("method", ["regan", "gradual", "iterative", "sparse_training"])
def test_a_share_that_would_empty_a_layer_is_refused_by_name(method):
    with pytest.raises(UserError, match=f"TARGETS=99.99: {method} can't take so much"):
        method_arms(WHOLE, method, (0.75, 0.9999), PICTURES)
    with pytest.raises(UserError, match=f"TARGETS=99.99: {method} can't take so much"):
        method_arms(WHOLE, method, (0.9999,), PICTURES)


def test_nothing_is_done_to_a_dense_network():
    prune = dense_arm(WHOLE.with_prune(recovery="finetune", recovery_steps=5)).settings.prune
    assert ((0.0,), {}, False) == (prune.targets, prune.own, prune.recovers)


@pytest.mark.parametrize("share", SHARES)
def test_a_network_that_is_trained_small_has_about_as_few_weights(share):
    small = small_arm(WHOLE, share).settings
    assert weights(small.model) / weights(WHOLE.model) == pytest.approx(1 - share, rel=0.15)
    assert small.train == WHOLE.train


def test_too_few_epochs_to_fine_tune_are_one_line():
    with pytest.raises(UserError, match=r"EPOCHS=1: .* give 2 or more"):
        method_arms(WHOLE.with_train(epochs=1), "magnitude", SHARES, PICTURES)


def test_a_seed_changes_the_training_and_nothing_else():
    arm = dense_arm(WHOLE)
    one, other = arm.listed(3), arm.listed(4)
    assert one.settings == arm.settings == other.settings.with_train(seed=3)
    assert {"arm": "dense", "asked": None, "seed": 4} == other.drawn
    assert other == replace(one, drawn=other.drawn, settings=other.settings)
