"""The second act: what is scored again, in which order, and that nothing is asked for twice."""

import math
import time
from dataclasses import replace

import pytest

from ganprune.pace import Pace
from ganprune.point import Confirmed, Finished, Latency, NullLine, Point, Scored
from study.records.journal import Records, read
from study.search.confirm_phase import LATENCY_SECONDS, OTHER_SEEDS, Confirmer
from study.search.jobs import Alternatives, Confirmation, InFull, Latencies, Wait


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
def confirmer(plan, study, paths):
    def make(deadline: float = math.inf, pace: Pace = Pace()) -> Confirmer:
        plenty = replace(plan, space=plan.space.model_copy(update={"samples": 1000}))
        made = Confirmer(plenty, study, paths, lambda: pace, deadline, tell=lambda text: None)
        made._began -= 1000  # as long as the search took
        return made

    return make


def _score(job: Confirmation) -> list[Confirmed]:
    return [
        Confirmed(point.id, job.settings.train.seed, 5.0, 4.9, 5.1, 5.2, 0.5, 0.5, point.sparsity, 5000)
        for point in job.points
    ]


def _timed(point: Point) -> Latency:
    return Latency(point.trial, point.id, 0.3, 0.3, 0.9, 1.1, 100, "a processor")


def _done(confirmer: Confirmer, job, events=()) -> None:
    confirmer.hear_all(job.number, [*events, Finished("completed")])


def _outcome(job) -> list:
    match job:
        case Confirmation():
            return _score(job)
        case Latencies():
            return [_timed(point) for _, point in job.wanted]
    return []


def _to_the_end(confirmer: Confirmer) -> list:
    jobs = []
    while (job := confirmer.next()) is not None:
        jobs.append(job)
        _done(confirmer, job, _outcome(job))
    return jobs


def test_first_what_may_join_the_front_then_the_front_then_other_ways_then_other_seeds(confirmer):
    jobs = _to_the_end(confirmer())
    kinds = [type(job) for job in jobs]
    assert [InFull, Latencies, Confirmation, Confirmation, Alternatives] == kinds[:5]
    assert [Confirmation] * 2 * OTHER_SEEDS == kinds[5:]
    assert {0} == {job.settings.train.seed for job in jobs[2:4]}
    assert OTHER_SEEDS == len({job.settings.train.seed for job in jobs[5:]} - {0})


def test_only_a_screened_point_that_would_stand_on_the_front_is_scored_in_full(confirmer):
    job = confirmer().next()
    assert (2, [(90.0, 0.9)]) == (job.trial, [(point.threshold, point.target) for point in job.wanted])


def test_the_front_is_not_confirmed_before_it_is_whole(confirmer, scored, study):
    waiting = confirmer()
    job = waiting.next()
    assert isinstance(waiting.next(), Wait)
    full = Scored(scored(2, study.records.log_file.trials[2].settings, 90.0, 0.9, fcd=5.5), b"png")
    _done(waiting, job, [full])
    _done(waiting, waiting.next())
    assert {0, 1, 2} == {waiting.next().points[0].trial for _ in range(3)}


def test_the_dense_generator_that_all_are_held_against_is_scored_again_though_a_sparser_point_beats_it(
    confirmer, scored, study
):
    settings = study.records.log_file.trials[1].settings
    study.point(scored(1, settings, 40.0, None, fcd=3.9))  # the dense one, of another trial, scored 4.0
    jobs = [job for job in _to_the_end(confirmer()) if isinstance(job, Confirmation)]
    dense = [job for job in jobs if any(point.target == 0 for point in job.points)]
    assert [(0, 0)] == [(job.points[0].trial, job.settings.train.seed) for job in dense]
    assert jobs[0] is dense[0]


def test_what_is_known_is_not_asked_for_again_also_by_a_new_driver(confirmer, paths, study):
    _to_the_end(confirmer())
    study.null(NullLine("dense at 4 bits", "", trial=0))
    known = read(paths.records).confirmed
    assert 2 * (1 + OTHER_SEEDS) == len(known)
    assert [InFull] == [type(job) for job in _to_the_end(confirmer())]


def test_latency_is_of_the_front_and_measured_while_nothing_else_runs(confirmer, study):
    made = confirmer()
    _done(made, made.next())
    job = made.next()
    assert isinstance(made.next(), Wait)
    assert {point.id for _, point in job.wanted} == {point.id for point in made._front()}
    _done(made, job, [_timed(point) for _, point in job.wanted])
    assert isinstance(made.next(), Confirmation)
    assert study.records.log_file.latencies.keys() == {point.id for _, point in job.wanted}


def test_without_time_latency_is_left_out_with_a_word(confirmer):
    said: list[str] = []
    made = confirmer(deadline=time.time() + LATENCY_SECONDS - 1)
    made._tell = said.append
    assert not [job for job in _to_the_end(made) if isinstance(job, Latencies)]
    assert "no time is left to measure latency" in said


def test_no_seed_is_begun_that_there_is_no_time_for(confirmer):
    slow = Pace(step_seconds=100.0)
    jobs = _to_the_end(confirmer(deadline=time.time() + 500, pace=slow))
    assert [InFull, Latencies, Confirmation, Confirmation, Alternatives] == [type(job) for job in jobs]


def test_without_a_limit_of_time_other_seeds_take_a_share_of_what_the_search_took(confirmer):
    made = confirmer()
    made._began = time.time()
    assert not [job for job in _to_the_end(made) if isinstance(job, Confirmation) and job.settings.train.seed]


def test_what_the_user_has_to_mend_ends_it(confirmer):
    made = confirmer()
    job = made.next()
    made.hear_all(job.number, [Finished("halted", "disk full")])
    assert (None, "disk full") == (made.next(), made.halted)
