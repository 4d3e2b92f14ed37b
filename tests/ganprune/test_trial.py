"""A trial in a plain for loop: deterministic, resumable at any moment, and over when its time is."""

import math
import threading
import time
from dataclasses import replace

import pytest

from ganprune.config import RUNG_TARGETS
from ganprune.judge import FEW
from ganprune.methods import identity_of
from ganprune.metrics.evidence import View
from ganprune.null_names import GAUSSIAN, RANDOM_CONTROL, REAL, REPEATED, UNRELATED, UNTRAINED
from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, NullLine, RungReached, Scored
from ganprune.store import Entry
from ganprune.trial import run_trial, score_in_full
from tests.ganprune.conftest import timeless

PAST = Pace(deadline=0)


def _of(kind: type, events: list) -> list:
    return [event for event in events if isinstance(event, kind)]


def _entry(evaluator, settings) -> Entry:
    return Entry(evaluator.store, identity_of(settings, evaluator.origin).key)


def _elsewhere(evaluator, tmp_path, name: str = "elsewhere"):
    """The same evaluator with an empty store."""
    return replace(evaluator, store=tmp_path / name)


def test_it_trains_then_scores_then_says_that_it_is_over(evaluator, settings):
    events = list(run_trial(0, settings, evaluator))
    assert [EpochTrained] * 3 + [Scored] * 4 + [Finished] == [type(event) for event in events]
    assert [1, 2, 3] == [event.epoch for event in _of(EpochTrained, events)]
    assert [192] * 3 == [event.images for event in _of(EpochTrained, events)]
    assert Finished("completed") == events[-1]


def test_its_points_name_it_and_have_ids_of_their_own(evaluator, settings):
    points = [event.point for event in _of(Scored, list(run_trial(7, settings, evaluator)))]
    assert {(7, "percentage", 3)} == {(point.trial, point.method, point.epoch) for point in points}
    assert 4 == len({point.id for point in points})
    assert "t0007-percentage-60-e3" == points[1].id


@pytest.mark.parametrize("method", ["percentage", "sensitivity", "magnitude", "random", "channels"])
def test_the_same_settings_give_the_same_curve_bit_for_bit(evaluator, settings, changed, points_of, tmp_path, method):
    threshold = {"percentage": 60.0, "sensitivity": 0.75}.get(method, 0.6)
    settings = changed(settings, method=method, own={"threshold": threshold})
    assert points_of(settings) == points_of(settings, _elsewhere(evaluator, tmp_path))


def test_fine_tuned_curves_are_the_same_too(evaluator, settings, changed, points_of, tmp_path):
    tuned = changed(settings, recovery="finetune", recovery_steps=3, discriminator=True)
    assert points_of(tuned) == points_of(tuned, _elsewhere(evaluator, tmp_path))


def test_another_seed_gives_another_curve(settings, changed, points_of):
    one, other = points_of(settings), points_of(changed(settings, seed=1))
    assert not {point.weights for point in one} & {point.weights for point in other}


def test_more_epochs_go_on_from_those_in_the_store_to_the_same_end(evaluator, settings, changed, points_of, tmp_path):
    longer = changed(settings, epochs=5)
    list(run_trial(0, settings, evaluator))
    events = list(run_trial(0, longer, evaluator))
    assert [4, 5] == [event.epoch for event in _of(EpochTrained, events)]
    straight = _elsewhere(evaluator, tmp_path)
    assert points_of(longer) == points_of(longer, straight)
    one, other = (_entry(each, longer).newest(5) for each in (evaluator, straight))
    assert one.keys() == other.keys()
    assert all(one[name].equal(other[name]) for name in one)


def test_another_method_on_the_same_training_trains_nothing(evaluator, settings, changed):
    list(run_trial(0, settings, evaluator))
    events = list(run_trial(1, changed(settings, method="magnitude", own={"threshold": 0.6}), evaluator))
    assert [] == _of(EpochTrained, events)
    assert 4 == len(_of(Scored, events))


@pytest.mark.parametrize("heard", [1, 3, 5])
def test_killed_after_any_event_and_run_again_it_has_the_same_points(evaluator, settings, points_of, tmp_path, heard):
    events = run_trial(0, settings, evaluator)
    before = [next(events) for _ in range(heard)]
    events.close()
    again = list(run_trial(0, settings, evaluator))
    assert [1, 2, 3] == [event.epoch for event in _of(EpochTrained, before + again)]
    straight = points_of(settings, _elsewhere(evaluator, tmp_path))
    assert [point.weights for point in straight] == [event.point.weights for event in _of(Scored, again)]
    assert straight == points_of(settings)


def test_a_damaged_state_is_trained_again(evaluator, settings, points_of, tmp_path):
    list(run_trial(0, settings, evaluator))
    for file in _entry(evaluator, settings).folder.glob("*.safetensors"):
        file.write_bytes(file.read_bytes()[:-10])
    events = list(run_trial(0, settings, evaluator))
    assert [1, 2, 3] == [event.epoch for event in _of(EpochTrained, events)]
    assert points_of(settings) == points_of(settings, _elsewhere(evaluator, tmp_path))


def test_a_loss_that_is_not_finite_ends_it_as_diverged_without_a_point(evaluator, settings, changed):
    events = list(run_trial(0, changed(settings, lr_d=1e30), evaluator))
    assert "diverged" == events[-1].state
    assert "not finite" in events[-1].reason
    assert [] == _of(Scored, events)


def test_a_collapsed_generator_ends_it_as_diverged_without_a_point(evaluator, settings):
    far = replace(evaluator, real={"classifier": View(evaluator.real["classifier"].rows + 1e3)})
    events = list(run_trial(0, settings, far))
    assert "diverged" == events[-1].state
    assert [] == _of(Scored, events)


def test_without_time_for_an_epoch_it_stops_with_nothing(evaluator, settings):
    assert [Finished("stopped", "out of time before the first epoch")] == list(run_trial(0, settings, evaluator, PAST))


def test_past_its_deadline_it_scores_what_the_store_has(evaluator, settings, changed):
    list(run_trial(0, changed(settings, epochs=2), evaluator))
    *scored, finished = run_trial(0, settings, evaluator, PAST)
    assert [(0.0, 2)] == [(event.point.threshold, event.point.epoch) for event in scored]
    assert Finished("stopped", "out of time after epoch 2") == finished


def test_a_deadline_that_comes_while_it_trains_ends_the_training_and_the_dense_model_is_scored(evaluator, settings):
    events = []
    deadline = time.time() + 3
    for event in run_trial(0, settings, evaluator, Pace(deadline)):
        events.append(event)
        if isinstance(event, EpochTrained):
            time.sleep(max(0, deadline - time.time()) + 0.01)
    assert [EpochTrained, Scored, Finished] == [type(event) for event in events]
    assert 1 == events[1].point.epoch
    assert "stopped" == events[-1].state


def test_time_for_the_curve_is_kept_back_from_training(evaluator, settings):
    """Three targets and its own threshold at 100 s each; but half of what is left is training's."""
    now = time.time()
    last, first, half = (Pace(now + seconds, step_seconds=50 / 6, score_seconds=100.0) for seconds in (90, 460, 110))
    assert isinstance(next(run_trial(0, settings, evaluator, last)), Finished)
    assert isinstance(next(run_trial(0, settings, evaluator, first)), EpochTrained)
    assert isinstance(next(run_trial(1, settings, evaluator, half)), EpochTrained)


def test_a_curve_cut_short_is_stopped_not_completed(evaluator, settings, monkeypatch):
    list(run_trial(0, settings, evaluator))
    allowed = iter([True, False])
    monkeypatch.setattr(Pace, "allows", lambda pace, seconds: next(allowed))
    events = list(run_trial(0, settings, evaluator))
    assert [Scored, Scored, Finished] == [type(event) for event in events]
    assert "stopped" == events[-1].state


def test_a_pace_without_deadline_allows_anything():
    assert Pace().allows(math.inf)
    assert not PAST.allows(0)


def test_a_control_is_scored_beside_every_pruned_point(evaluator, settings):
    events = list(run_trial(0, settings, evaluator, controls=True))
    nulls = [null for null in _of(NullLine, events) if null.name == RANDOM_CONTROL]
    sparsities = [event.point.sparsity for event in _of(Scored, events)][1:]
    assert sparsities == [null.sparsity for null in nulls]
    assert Finished("completed") == events[-1]


def test_the_null_lines_that_need_no_training_come_first_so_that_no_trial_can_lose_them(evaluator, settings):
    hopeless = list(run_trial(0, settings, evaluator, PAST, controls=True))
    known = {null.name: null for null in _of(NullLine, hopeless)}
    assert {REAL, GAUSSIAN, REPEATED, UNTRAINED, UNRELATED} == set(known)
    distances = {name: null.scores["fcd"] for name, null in known.items() if name != UNRELATED}
    assert (REAL, UNTRAINED) == (min(distances, key=distances.get), max(distances, key=distances.get))


def test_controls_change_no_point(evaluator, settings, points_of):
    plain = points_of(settings)
    events = list(run_trial(0, settings, evaluator, controls=True))
    assert [point.weights for point in plain] == [event.point.weights for event in _of(Scored, events)]


def test_at_a_rung_a_few_points_are_scored_and_then_somebody_may_decide(evaluator, settings, changed):
    longer = changed(settings, epochs=4)
    events = list(run_trial(0, longer, evaluator, rungs=(2,)))
    at = events.index(RungReached(2))
    assert isinstance(events[at - len(RUNG_TARGETS) - 1], EpochTrained)
    looked = [event.point for event in events[at - len(RUNG_TARGETS) : at]]
    assert list(RUNG_TARGETS) == [point.target for point in looked]
    assert {2} == {point.epoch for point in looked}
    assert not any(point.eligible for point in looked)
    assert {min(FEW, evaluator.n_samples)} == {point.n_samples for point in looked}
    assert Finished("completed") == events[-1]


def test_a_rung_that_the_store_has_already_is_not_looked_at_again(evaluator, settings, changed):
    list(run_trial(0, settings, evaluator))
    events = list(run_trial(1, changed(settings, epochs=4), evaluator, rungs=(2,)))
    assert [4] == [event.epoch for event in _of(EpochTrained, events)]
    assert not _of(RungReached, events)


def test_looking_at_a_rung_changes_nothing_of_what_comes_after(evaluator, settings, changed, points_of, tmp_path):
    longer = changed(settings, epochs=4)
    straight = points_of(longer)
    events = run_trial(0, longer, _elsewhere(evaluator, tmp_path), rungs=(1, 2))
    assert straight == [timeless(event.point) for event in _of(Scored, list(events))][-len(straight) :]


def test_what_was_screened_at_a_rung_is_scored_in_full_under_the_same_id(evaluator, settings, changed):
    looked = _of(Scored, list(run_trial(3, changed(settings, epochs=4), evaluator, rungs=(2,))))[1].point
    wanted = [looked]
    *_, scored, finished = score_in_full(3, changed(settings, epochs=2), evaluator, Pace(), wanted)
    assert (looked.id, looked.weights) == (scored.point.id, scored.point.weights)
    assert scored.point.eligible
    assert Finished("completed") == finished


def test_two_that_ask_for_the_same_training_at_once_train_it_once(evaluator, settings, changed):
    """Also when one of them wants less: it finds that inside the other."""
    told: dict[int, list] = {}

    def run(number: int, epochs: int) -> None:
        told[number] = list(run_trial(number, changed(settings, epochs=epochs), evaluator))

    threads = [threading.Thread(target=run, args=each) for each in enumerate((4, 4, 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 4 == sum(len(_of(EpochTrained, events)) for events in told.values())
    assert [4, 4, 2] == [_of(Scored, told[number])[0].point.epoch for number in range(3)]


def test_a_trial_that_is_dropped_while_it_trains_leaves_its_training_to_others(evaluator, settings):
    dropped = run_trial(0, settings, evaluator)
    next(dropped)
    dropped.close()
    assert Finished("completed") == list(run_trial(1, settings, evaluator))[-1]


def test_who_waits_for_another_does_not_wait_beyond_his_time(evaluator, settings):
    busy = run_trial(0, settings, evaluator)
    next(busy)
    *_, finished = run_trial(1, settings, evaluator, Pace(time.time() + 1, step_seconds=0.01))
    assert "stopped" == finished.state
    busy.close()


def test_a_state_of_another_kind_is_dropped_and_made_again(evaluator, settings, changed, points_of, tmp_path):
    """Whole as a file, but not what this code stores."""
    straight = points_of(settings, _elsewhere(evaluator, tmp_path))
    list(run_trial(0, changed(settings, epochs=2), evaluator))
    entry = _entry(evaluator, settings)
    state = entry.load(2)
    entry.drop(2)
    entry.save(2, {name: tensor for name, tensor in state.items() if not name.startswith("optimiser_d")}, keep=(2,))
    assert straight == points_of(settings)


def test_further_points_go_where_the_curve_steps_down_most_and_change_none_of_the_others(
    evaluator, settings, changed, points_of
):
    settings = changed(settings, method="random", own={"threshold": 0.7})  # here it does harm
    plain = points_of(settings)
    events = list(run_trial(0, settings, evaluator, refined=3))
    points = [timeless(event.point) for event in _of(Scored, events)]
    assert plain == points[: len(plain)]
    assert 3 == len(points) - len(plain)
    assert all(point.target is not None for point in points[len(plain) :])
    assert Finished("completed") == events[-1]


def test_fine_tuned_curves_get_no_further_points(evaluator, settings, changed):
    tuned = changed(settings, recovery="finetune", recovery_steps=2)
    assert 4 == len(_of(Scored, list(run_trial(0, tuned, evaluator, refined=3))))
