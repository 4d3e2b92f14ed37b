"""What is tried next, and that nobody hears of anything before it is on disk."""

import math
import time
from dataclasses import replace

import pytest

from ganprune.null_names import RANDOM_CONTROL
from ganprune.pace import Pace
from ganprune.point import NO_TIME, EpochTrained, Finished, NullLine, Scored
from study.records.journal import Records, read
from study.search.jobs import Job, Wait
from study.search.optuna_study import OptunaStudy
from study.search.search_phase import FAILURES
from tests.study.calls import STEPS, whole


def test_the_first_trial_is_the_papers_and_alone_scores_the_controls(call, plan):
    search_phase = call().search_phase
    jobs = [search_phase.suggest() for _ in range(3)]
    assert plan.space.settings(plan.space.first[0], channels=1, seed=0) == jobs[0].settings
    assert [0, 1, 2] == [job.number for job in jobs]
    assert [True, False, False] == [job.controls for job in jobs]


def test_controls_do_not_hang_on_the_first_trial_alone(call, points):
    """It may diverge, or be stopped before its curve: then a later one has them, and only one at a time."""
    search_phase = call(trials=None).search_phase
    first, second = search_phase.suggest(), search_phase.suggest()
    search_phase.on_event(first.number, Finished("diverged"))
    third, fourth = search_phase.suggest(), search_phase.suggest()
    assert [True, False, True, False] == [job.controls for job in (first, second, third, fourth)]
    search_phase.on_event(third.number, _control(third.number))
    whole(search_phase, third, points(third))
    assert not search_phase.suggest().controls


def test_controls_of_a_trial_that_was_interrupted_are_scored_to_the_end(call):
    lost = call().search_phase
    lost.on_event(lost.suggest().number, _control(0))
    again = call().search_phase
    resumed, other = again.suggest(), again.suggest()
    assert [(0, True), (1, False)] == [(job.number, job.controls) for job in (resumed, other)]
    again.on_event(0, Finished("completed"))
    assert not again.suggest().controls


def _control(trial: int) -> NullLine:
    return NullLine(RANDOM_CONTROL, "by lot", 0.5, {"fcd": 9.0}, 1000, trial=trial)


def test_the_budget_counts_every_trial_the_diverged_and_failed_ones_too(call, points):
    search_phase = call(trials=4).search_phase
    for state in ("completed", "diverged", "failed", "stopped"):
        job = search_phase.suggest()
        whole(search_phase, job, points(job) if state == "completed" else [], state)
    assert search_phase.suggest() is None


def test_trials_that_fail_one_after_the_other_end_a_study_before_its_budget(call):
    """The disk is full, say: the rest of the budget would be used up in seconds. One that ends well forgives them."""
    search_phase = call(trials=100).search_phase
    for state in ["failed"] * (FAILURES - 1) + ["diverged"] + ["failed"] * FAILURES:
        assert not search_phase.gave_up
        whole(search_phase, search_phase.suggest(), [], state)
    assert "why" == search_phase.gave_up
    assert search_phase.suggest() is None


def test_asking_for_more_later_continues(call, points):
    first = call(trials=2).search_phase
    for _ in range(2):
        job = first.suggest()
        whole(first, job, points(job))
    assert call(trials=2).search_phase.suggest() is None
    second = call(trials=3).search_phase
    assert 2 == second.suggest().number
    assert second.suggest() is None


def test_without_a_number_only_time_ends_a_study(call):
    search_phase = call(trials=None).search_phase
    assert list(range(30)) == [search_phase.suggest().number for _ in range(30)]


def test_no_trial_is_begun_that_has_no_time_for_an_epoch_and_two_points(call):
    def next_with(seconds: float) -> Job | None:
        return call(pace=Pace(time.time() + seconds, step_seconds=10 / STEPS, score_seconds=5)).search_phase.suggest()

    assert next_with(19) is None
    assert next_with(25) is not None


def test_after_one_that_came_too_late_for_an_epoch_no_other_is_begun_in_this_call(call):
    driver = call(trials=9)
    job, beside = driver.search_phase.suggest(), driver.search_phase.suggest()
    driver.search_phase.on_event(job.number, Finished("stopped", f"{NO_TIME} before the first epoch"))
    assert driver.search_phase.suggest() is None
    driver.search_phase.on_event(beside.number, Finished("completed"))
    assert driver.search_phase.suggest() is None
    assert call(trials=9).search_phase.suggest() is not None


def test_what_was_asked_is_on_disk_before_it_is_handed_out(call):
    driver = call()
    job = driver.search_phase.suggest()
    assert job.settings == read(driver.paths.records).trials[job.number].settings


def test_a_listener_finds_on_disk_what_it_hears(call, points):
    driver = call()
    job = driver.search_phase.suggest()
    whole(driver.search_phase, job, points(job, weights=b"weights"))
    for number, event, log in driver.heard:
        if isinstance(event, Scored):
            assert event.point == log.trials[number].points[event.point.id]
            assert b"png" == (driver.paths.samples / f"{event.point.id}.png").read_bytes()
            assert b"weights" == driver.paths.kept(event.point.id).read_bytes()
        if isinstance(event, Finished):
            assert ("completed", "why") == (log.trials[number].ended.state, log.trials[number].ended.reason)
    assert 6 == len(driver.heard)


def test_a_null_line_is_on_disk_too(call):
    driver = call()
    job = driver.search_phase.suggest()
    null = NullLine("random control", "by lot", 0.5, {"fcd": 9.0}, 1000)
    driver.search_phase.on_event(job.number, null)
    assert [null] == list(driver.heard[0][2].nulls.values())


def test_the_advisor_is_told_only_what_is_on_disk(call, points, monkeypatch):
    driver, told = call(), []
    monkeypatch.setattr(
        OptunaStudy, "tell", lambda self, trial: told.append((trial.number, read(driver.paths.records)))
    )
    job = driver.search_phase.suggest()
    whole(driver.search_phase, job, points(job))
    ((number, log),) = told
    assert log.trials[number].ended
    assert 4 == len(log.trials[number].points)


def test_an_event_that_cannot_be_recorded_is_told_to_nobody(call, points, monkeypatch):
    driver = call()
    job = driver.search_phase.suggest()
    monkeypatch.setattr(Records, "write", lambda *args, **payload: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        driver.search_phase.on_event(job.number, points(job)[0])
    assert [] == driver.heard


def test_interrupted_trials_go_first_with_their_old_ids_and_settings(call, points):
    lost = call(trials=5).search_phase
    jobs = [lost.suggest() for _ in range(3)]
    whole(lost, jobs[1], points(jobs[1]))
    lost.on_event(jobs[2].number, points(jobs[2])[0])

    again = call(trials=5)
    resumed = [again.search_phase.suggest() for _ in range(2)]
    assert [(jobs[0].number, jobs[0].settings), (jobs[2].number, jobs[2].settings)] == [
        (job.number, job.settings) for job in resumed
    ]
    assert [True, False] == [job.controls for job in resumed]
    assert [3, 4] == [again.search_phase.suggest().number for _ in range(2)]
    assert again.search_phase.suggest() is None
    for job in resumed:
        whole(again.search_phase, job, points(job))
    assert {0, 1, 2} == {trial.number for trial in read(again.paths.records).ended}


def test_points_scored_again_after_a_loss_are_recorded_once(call, points):
    lost = call().search_phase
    job = lost.suggest()
    for event in points(job)[:2]:
        lost.on_event(job.number, event)
    again = call()
    job = again.search_phase.suggest()
    whole(again.search_phase, job, points(job))
    lines = again.paths.records.read_text().splitlines()
    assert 4 == sum('"kind": "point"' in line for line in lines) == len(read(again.paths.records).points)


def test_a_trial_tells_what_it_cost(call, points):
    driver = call()
    job = driver.search_phase.suggest()
    tuned = [replace(each, point=replace(each.point, images=100)) for each in points(job)]
    whole(driver.search_phase, job, tuned)
    ended = read(driver.paths.records).trials[job.number].ended
    assert 640 + 4 * 100 == ended.images
    assert 0 <= ended.seconds < 60


def test_the_pace_is_the_one_last_seen(call, points):
    search_phase = call(pace=Pace(math.inf, 1.0, 1.0)).search_phase
    job = search_phase.suggest()
    search_phase.on_event(job.number, EpochTrained(1, 0.7, 1.3, 640, 20.0))
    search_phase.on_event(job.number, points(job)[0])
    assert (1.0, 0.5) == (search_phase.pace.step_seconds, search_phase.pace.score_seconds)
    assert search_phase.pace == search_phase.suggest().pace


def test_a_trial_that_ran_out_of_a_gpus_memory_is_run_again_alone(call, points):
    driver = call(trials=3)
    search_phase = driver.search_phase
    first, second = search_phase.suggest(), search_phase.suggest()
    search_phase.on_event(second.number, Finished("out_of_memory", "out of GPU memory"))
    assert isinstance(search_phase.suggest(), Wait)
    whole(search_phase, first, points(first))
    alone = search_phase.suggest()
    assert (second.number, second.settings) == (alone.number, alone.settings)
    assert isinstance(search_phase.suggest(), Wait)
    assert not read(driver.paths.records).trials[second.number].ended
    search_phase.on_event(alone.number, Finished("out_of_memory", "out of GPU memory"))
    assert "failed" == read(driver.paths.records).trials[second.number].ended.state
    assert 2 == search_phase.suggest().number


def test_memory_that_is_short_halves_the_trials_at_once(call, points):
    driver = call(trials=9)
    search_phase = driver.search_phase
    jobs = [search_phase.suggest() for _ in range(4)]
    search_phase.on_event(jobs[3].number, Finished("out_of_memory", "out of GPU memory"))
    assert isinstance(search_phase.suggest(), Wait)
    whole(search_phase, jobs[0], points(jobs[0]))
    assert isinstance(search_phase.suggest(), Wait)
    whole(search_phase, jobs[1], points(jobs[1]))
    assert jobs[3].number == search_phase.suggest().number
    assert isinstance(search_phase.suggest(), Wait)
    assert not read(driver.paths.records).trials[3].ended


def test_what_the_user_has_to_mend_ends_the_call_and_costs_no_trial(call):
    driver = call(trials=3)
    job = driver.search_phase.suggest()
    driver.search_phase.on_event(job.number, Finished("user_error", "cannot write the store"))
    assert "cannot write the store" == driver.search_phase.user_error
    assert driver.search_phase.suggest() is None
    assert job.number == call(trials=3).search_phase.suggest().number


def test_few_pictures_are_held_against_the_front_so_far(call, points):
    search_phase = call(trials=3).search_phase
    first = search_phase.suggest()
    assert () == first.bar.front
    whole(search_phase, first, points(first))
    front = search_phase.suggest().bar.front
    assert (0.0, 5.0) in front
    assert set(front) <= {(each.point.sparsity, each.point.scores["fcd"]) for each in points(first)}
