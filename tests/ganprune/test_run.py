"""Epochs in which a method does nothing yet are those of the dense training: they are taken up and left to others."""

from dataclasses import replace

import pytest

from ganprune.evaluator import Evaluator
from ganprune.pace import Pace
from ganprune.point import EpochTrained, Point, Scored
from ganprune.rebuild import rebuild
from ganprune.trial import run_trial
from ganprune.weighing import weights_hash
from tests.ganprune.conftest import timeless

WARMED_UP = {  # dense for three epochs of six
    "regan": {"share": 0.5, "warm_up": 3, "phase": 1},
    "gradual": {"sparsity": 0.8, "warm_up": 3, "ramp": 2},
    "iterative": {"share": 0.5, "epochs_a_round": 3, "rewind_to": "nowhere"},
}


@pytest.fixture(params=WARMED_UP)
def warmed_up(settings, changed, request):
    return changed(settings, method=request.param, own=WARMED_UP[request.param], epochs=6)


def _told(settings, evaluator: Evaluator, **more) -> tuple[list[int], list[Point]]:
    """Epochs that were trained, and points."""
    events = list(run_trial(0, settings, evaluator, **more))
    epochs = [event.epoch for event in events if isinstance(event, EpochTrained)]
    return epochs, [timeless(event.point) for event in events if isinstance(event, Scored)]


@pytest.fixture
def alone(warmed_up, evaluator, tmp_path, monkeypatch) -> list[Point]:
    """What comes of it where nothing is shared."""
    elsewhere = replace(evaluator, store=tmp_path / "elsewhere")
    with monkeypatch.context() as patch:
        for name in ("gradual.Ramp", "regan.SparseAndDense", "iterative.Rounds"):
            patch.setattr(f"ganprune.methods.{name}.idle_epochs", 0)
        epochs, points = _told(warmed_up, elsewhere)
    assert [1, 2, 3, 4, 5, 6] == epochs
    return points


def test_what_another_has_trained_is_taken_up_and_comes_to_the_same_bit_for_bit(evaluator, warmed_up, changed, alone):
    dense = changed(warmed_up, method="percentage", own={"threshold": 50.0}, epochs=4)
    assert [1, 2, 3, 4] == _told(dense, evaluator)[0]
    epochs, points = _told(warmed_up, evaluator)
    assert [3, 4, 5, 6] == epochs  # of a dense training of four epochs the store keeps 2 and 4
    assert alone == points


def test_others_begin_where_it_began_to_act(evaluator, warmed_up, changed, alone):
    assert ([1, 2, 3, 4, 5, 6], alone) == _told(warmed_up, evaluator)
    other = {name: value / 2 if name in ("share", "sparsity") else value for name, value in warmed_up.prune.own.items()}
    assert [4, 5, 6] == _told(changed(warmed_up, own=other), evaluator)[0]
    dense = changed(warmed_up, method="percentage", own={"threshold": 50.0}, epochs=4)
    assert [4] == _told(dense, evaluator)[0]


@pytest.mark.parametrize("heard", [2, 3, 4])
def test_killed_before_and_after_it_begins_to_act_it_goes_on(evaluator, warmed_up, alone, heard):
    events, epochs = run_trial(0, warmed_up, evaluator), []
    while len(epochs) < heard:
        event = next(events)
        epochs += [event.epoch] if isinstance(event, EpochTrained) else []
    events.close()
    again, points = _told(warmed_up, evaluator)
    assert [1, 2, 3, 4, 5, 6] == epochs + again
    assert alone == points


def test_a_point_of_such_an_epoch_is_made_again(evaluator, warmed_up, tmp_path):
    for point in _told(warmed_up, evaluator)[1]:
        net = rebuild(point, warmed_up, evaluator.images.fingerprint, evaluator.store, tmp_path / "nowhere")
        assert point.weights == weights_hash(net)


def test_where_time_is_up_before_the_first_epoch_nothing_is_left_behind(evaluator, warmed_up):
    assert ([], []) == _told(warmed_up, evaluator, pace=Pace(deadline=0))
    assert not [*evaluator.store.glob("*/epoch-*")]
