"""The second act: what is scored again, in which order, and that nothing is asked for twice."""

import math
import time
from dataclasses import replace
from unittest.mock import Mock

import pytest

from ganprune.pace import Pace
from ganprune.point import Confirmed, Finished, Latency, NullLine, Point, Scored
from study.records.journal import Records, read
from study.search.confirm_phase import DRAFT_SECONDS, LATENCY_SECONDS, OTHER_SEEDS, ConfirmPhase
from study.search.jobs import Confirmation, FullScore, Latencies, SizeBaselines, Wait


@pytest.fixture
def study(paths, space, scored):
    """Records of a search that is over: two trials on the front, one behind it, one point that was only screened."""
    records = Records(paths.records)
    records.study(name="toy", data={"channels": 1, "classes": 10, "train": 320})
    for number, (threshold, fcd) in enumerate([(0.0, 4.0), (70.0, 5.0), (60.0, 9.0)]):
        drawn = dict(space.first[0]) | {"lr_g": 1e-3 * (number + 1)}
        settings = space.settings(drawn, channels=1, seed=0)
        records.asked(number, settings, drawn)
        target = 0.0 if threshold == 0 else None
        records.point(scored(number, settings, threshold, target, fcd=fcd))
        records.ended(number, "completed", 1.0, 640)
    hopeful = replace(scored(2, settings, 90.0, 0.9, fcd=6.0), n_samples=250, eligible=False)
    hopeless = replace(scored(2, settings, 65.0, 0.65, fcd=6.0), n_samples=250, eligible=False)
    for point in (hopeful, hopeless):
        records.point(point)
    return records


@pytest.fixture
def settled():
    """Called once the front is."""
    return Mock()


@pytest.fixture
def confirm_phase(plan, study, paths, settled):
    def make(deadline: float = math.inf, pace: Pace = Pace()) -> ConfirmPhase:
        plenty = replace(plan, space=plan.space.model_copy(update={"samples": 1000}))
        made = ConfirmPhase(plenty, study, paths, lambda: pace, deadline, lambda text: None, settled)
        made._began -= 1000  # as long as the search took
        return made

    return make


def _score(job: Confirmation) -> list[Confirmed]:
    return [
        Confirmed(point.id, job.settings.train.seed, "fcd", 5.0, 4.9, 5.1, 5.2, 0.5, 0.5, point.sparsity, 5000)
        for point in job.points
    ]


def _timed(point: Point) -> Latency:
    return Latency(point.trial, point.id, 0.3, 0.3, 0.9, 1.1, 100, "a processor")


def _done(confirm_phase: ConfirmPhase, job, events=()) -> None:
    confirm_phase.on_events(job.number, [*events, Finished("completed")])


def _outcome(job) -> list:
    match job:
        case Confirmation():
            return _score(job)
        case Latencies():
            return [_timed(point) for _, point in job.wanted]
    return []


def _to_the_end(confirm_phase: ConfirmPhase) -> list:
    jobs = []
    while (job := confirm_phase.suggest()) is not None:
        jobs.append(job)
        _done(confirm_phase, job, _outcome(job))
    return jobs


def test_first_what_may_join_the_front_then_the_front_then_other_ways_then_other_seeds(confirm_phase):
    jobs = _to_the_end(confirm_phase())
    kinds = [type(job) for job in jobs]
    assert [FullScore, Latencies, Confirmation, Confirmation, SizeBaselines] == kinds[:5]
    assert [Confirmation] * 2 * OTHER_SEEDS == kinds[5:]
    assert {0} == {job.settings.train.seed for job in jobs[2:4]}
    assert OTHER_SEEDS == len({job.settings.train.seed for job in jobs[5:]} - {0})


def test_only_a_screened_point_that_would_stand_on_the_front_is_scored_in_full(confirm_phase):
    job = confirm_phase().suggest()
    assert (2, [(90.0, 0.9)]) == (job.trial, [(point.threshold, point.target) for point in job.wanted])


def test_the_front_is_not_confirmed_before_it_is_whole(confirm_phase, scored, study):
    waiting = confirm_phase()
    job = waiting.suggest()
    assert isinstance(waiting.suggest(), Wait)
    full = Scored(scored(2, study.log.trials[2].settings, 90.0, 0.9, fcd=5.5), b"png")
    _done(waiting, job, [full])
    _done(waiting, waiting.suggest())
    assert {0, 1, 2} == {waiting.suggest().points[0].trial for _ in range(3)}


def test_it_tells_once_when_the_front_is_settled_and_latency_measured(confirm_phase, settled):
    phase = confirm_phase()
    for _ in range(2):  # full scores, latencies
        job = phase.suggest()
        settled.assert_not_called()
        _done(phase, job, _outcome(job))
    assert isinstance(phase.suggest(), Confirmation)
    _to_the_end(phase)
    settled.assert_called_once()


def test_where_hardly_any_time_is_left_nothing_is_drafted(confirm_phase, settled):
    _to_the_end(confirm_phase(time.time() + DRAFT_SECONDS - 1))
    settled.assert_not_called()


def test_the_dense_generator_that_all_are_held_against_is_scored_again_though_a_sparser_point_beats_it(
    confirm_phase, scored, study
):
    settings = study.log.trials[1].settings
    study.point(scored(1, settings, 40.0, None, fcd=3.9))  # the dense one, of another trial, scored 4.0
    jobs = [job for job in _to_the_end(confirm_phase()) if isinstance(job, Confirmation)]
    dense = [job for job in jobs if any(point.target == 0 for point in job.points)]
    assert [(0, 0)] == [(job.points[0].trial, job.settings.train.seed) for job in dense]
    assert jobs[0] is dense[0]


def test_what_is_known_is_not_asked_for_again_also_by_a_new_driver(confirm_phase, paths, study):
    _to_the_end(confirm_phase())
    study.null(NullLine("dense at 4 bits", "", trial=0))
    known = read(paths.records).confirmed
    assert 2 * (1 + OTHER_SEEDS) == len(known)
    assert [FullScore] == [type(job) for job in _to_the_end(confirm_phase())]


def test_latency_is_of_the_front_and_measured_while_nothing_else_runs(confirm_phase, study):
    made = confirm_phase()
    _done(made, made.suggest())
    job = made.suggest()
    assert isinstance(made.suggest(), Wait)
    assert {point.id for _, point in job.wanted} == {point.id for point in made._front()}
    _done(made, job, [_timed(point) for _, point in job.wanted])
    assert isinstance(made.suggest(), Confirmation)
    assert study.log.latencies.keys() == {point.id for _, point in job.wanted}


def test_without_time_latency_is_left_out_with_a_word(confirm_phase):
    said: list[str] = []
    made = confirm_phase(deadline=time.time() + LATENCY_SECONDS - 1)
    made._tell = said.append
    assert not [job for job in _to_the_end(made) if isinstance(job, Latencies)]
    assert "no time is left to measure latency" in said


def test_no_seed_is_begun_that_there_is_no_time_for(confirm_phase):
    slow = Pace(step_seconds=100.0)
    jobs = _to_the_end(confirm_phase(deadline=time.time() + 500, pace=slow))
    assert [FullScore, Latencies, Confirmation, Confirmation, SizeBaselines] == [type(job) for job in jobs]


def test_without_a_limit_of_time_other_seeds_take_a_share_of_what_the_search_took(confirm_phase):
    made = confirm_phase()
    made._began = time.time()
    assert not [job for job in _to_the_end(made) if isinstance(job, Confirmation) and job.settings.train.seed]


def test_what_the_user_has_to_mend_ends_it(confirm_phase):
    made = confirm_phase()
    job = made.suggest()
    made.on_events(job.number, [Finished("user_error", "disk full")])
    assert (None, "disk full") == (made.suggest(), made.user_error)
