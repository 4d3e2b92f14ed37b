"""A method that acts while the GAN trains, without a threshold: a whole trial, killed, continued, made again."""

from dataclasses import replace

import pytest
import torch

from ganprune.hooks import TrainingHook
from ganprune.identity import Identity, identify
from ganprune.methods import METHODS, training_of
from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, Point, RungReached, Scored
from ganprune.rebuild import rebuild
from ganprune.trial import run_trial, score_in_full
from ganprune.weighing import weights_hash
from tests.contracts.guests import Switch, Switching, SwitchSettings
from tests.ganprune.conftest import timeless


@pytest.fixture
def switching(settings, changed, monkeypatch):
    monkeypatch.setitem(METHODS, "switching", Switching())
    return changed(settings, method="switching", own={"period": 4, "share": 0.6}, epochs=5)


def _points(events: list) -> list[Point]:
    return [timeless(event.point) for event in events if isinstance(event, Scored)]


def test_it_gives_a_point_at_every_epoch_that_the_store_keeps_and_at_the_last(evaluator, switching):
    events = list(run_trial(0, switching, evaluator))
    kinds = [EpochTrained, EpochTrained, Scored, EpochTrained, EpochTrained, Scored, EpochTrained, Scored, Finished]
    assert kinds == [type(event) for event in events]
    assert Finished("completed") == events[-1]
    points = _points(events)
    assert [2, 4, 5] == [point.epoch for point in points]
    assert all(point.sparsity == pytest.approx(0.6, abs=0.01) and point.eligible for point in points)


def test_a_method_may_name_its_epochs_with_points_and_the_store_keeps_these_as_well(evaluator, switching, monkeypatch):
    """So that whoever goes on, or makes a point again, trains none of them a second time."""
    monkeypatch.setattr(Switching, "points", lambda method, run: {1, 3, 9})
    points = _points(list(run_trial(0, switching, evaluator)))
    assert [1, 3, 5] == [point.epoch for point in points]
    (folder,) = evaluator.store.iterdir()
    assert [1, 2, 3, 4, 5] == sorted(int(file.stem[-1]) for file in folder.glob("epoch-*"))
    again = list(run_trial(0, switching, evaluator))
    assert not any(isinstance(event, EpochTrained) for event in again)
    assert points == _points(again)


def test_its_points_have_no_threshold_and_ids_of_their_settings(evaluator, switching, changed):
    points = _points(list(run_trial(0, switching, evaluator)))
    assert {None} == {point.threshold for point in points}
    assert len(points) == len({point.id for point in points})
    other = _points(list(run_trial(0, changed(switching, own={"period": 4, "share": 0.5}), evaluator)))
    assert not {point.id for point in points} & {point.id for point in other}
    assert not {point.weights for point in points} & {point.weights for point in other}


@pytest.mark.parametrize("heard", [1, 2, 3, 5, 6])
def test_killed_after_any_event_and_run_again_it_has_the_same_points(evaluator, switching, tmp_path, heard):
    """Also after epoch 1 and 3, in the middle of a period of its masks, and before the point of an epoch was told."""
    events = run_trial(0, switching, evaluator)
    before = [next(events) for _ in range(heard)]
    events.close()
    again = list(run_trial(0, switching, evaluator))
    trained = [event.epoch for event in before + again if isinstance(event, EpochTrained)]
    assert [1, 2, 3, 4, 5] == trained
    assert _points(again) == _points(list(run_trial(0, switching, replace(evaluator, store=tmp_path / "elsewhere"))))


def test_without_its_state_in_the_store_it_would_go_on_otherwise(evaluator, switching, monkeypatch, tmp_path):
    """So the test above can fail."""
    monkeypatch.setattr(Switch, "restore", lambda hook, state: None)
    events = run_trial(0, switching, evaluator)
    next(events)
    events.close()
    again = _points(list(run_trial(0, switching, evaluator)))
    assert again != _points(list(run_trial(0, switching, replace(evaluator, store=tmp_path / "elsewhere"))))


def test_nobody_shares_its_training(evaluator, switching, changed):
    """Not a method that cuts, nor its own kind with other settings or another version."""
    train = switching.train

    def made(hooks: dict) -> Identity:
        return identify(switching.model, train, hooks)

    one, other = (Switch(SwitchSettings(period=period)) for period in (4, 5))
    newer = Switch(SwitchSettings(period=4))
    newer.VERSION = 2
    assert 4 == len({made({}), *(made({"switch": hook}) for hook in (one, other, newer))})
    assert made({"switch": one}) == made({"switch": Switch(SwitchSettings(period=4))})
    list(run_trial(0, switching, evaluator))
    plain = changed(switching, method="percentage", own={"threshold": 50.0})
    assert isinstance(next(run_trial(1, plain, evaluator)), EpochTrained)


def test_what_does_not_say_how_it_acts_cannot_train_into_the_store(evaluator, switching, monkeypatch):
    monkeypatch.setattr(Switch, "key", TrainingHook.key)
    with pytest.raises(NotImplementedError, match="Switch does not say"):
        list(run_trial(0, switching, evaluator))


def test_every_point_can_be_made_again(evaluator, switching, tmp_path):
    for point in _points(list(run_trial(0, switching, evaluator))):
        net = rebuild(point, switching, evaluator.images.fingerprint, evaluator.store, tmp_path / "nowhere")
        assert point.weights == weights_hash(net)
        assert point.scores["fcd"] == evaluator.fcd(evaluator.draw(net))


def test_at_a_rung_it_is_looked_at_and_that_changes_nothing(evaluator, switching, tmp_path):
    straight = _points(list(run_trial(0, switching, evaluator)))
    events = list(run_trial(0, switching, replace(evaluator, store=tmp_path / "elsewhere"), rungs=(3,)))
    at = events.index(RungReached(3))
    look = events[at - 1].point
    assert (3, False) == (look.epoch, look.eligible)
    assert straight == [point for point in _points(events) if point.epoch != 3]
    again = list(score_in_full(0, switching.with_train(epochs=3), evaluator, Pace(), [look]))
    assert [look.id] == [point.id for point in _points(again)]
    assert all(point.eligible and point.weights == look.weights for point in _points(again))


def test_out_of_time_it_scores_what_it_has_come_to(evaluator, switching):
    list(run_trial(0, switching.with_train(epochs=3), evaluator))
    *scored, finished = run_trial(0, switching, evaluator, Pace(deadline=0))
    assert [2, 3] == [event.point.epoch for event in scored]
    assert Finished("stopped", "out of time after epoch 3") == finished
    assert [] == _points(list(run_trial(0, switching.with_train(seed=9), evaluator, Pace(deadline=0))))


def test_out_of_time_right_after_a_point_it_is_not_scored_again(evaluator, switching):
    list(run_trial(0, switching.with_train(epochs=2), evaluator))
    *scored, finished = run_trial(0, switching, evaluator, Pace(deadline=0))
    assert [2] == [event.point.epoch for event in scored]
    assert Finished("stopped", "out of time after epoch 2") == finished


def test_its_training_is_begun_with_what_acts_in_it(switching, settings):
    assert ["switch"] == list(training_of(switching).hooks)
    assert {} == training_of(settings).hooks
    assert torch.equal(*(training_of(each).generator.layers[0].weight for each in (switching, settings)))
