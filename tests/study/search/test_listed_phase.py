"""Trials of a list: each is run once, whoever was interrupted meanwhile."""

import pytest

from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, Scored
from study.records.journal import Records
from study.records.listed import Listed
from study.search.listed_phase import ListedPhase


@pytest.fixture
def listed(space) -> list[Listed]:
    settings = space.settings({"method": "magnitude", "magnitude.threshold": 0.5}, 1, 0)
    return [Listed({"arm": "magnitude", "seed": seed}, settings.with_train(seed=seed)) for seed in range(3)]


@pytest.fixture
def phase(listed, paths):
    def begin() -> tuple[ListedPhase, Records]:
        records = Records(paths.records)
        if not records.log.header:
            records.study(name="toy", data={}, spec={})
        return ListedPhase(listed, records, paths, Pace(), lambda trial, event: None), records

    return begin


def test_they_are_handed_out_in_their_order_and_recorded_as_asked(phase, listed):
    phase, records = phase()
    jobs = [phase.suggest() for _ in range(4)]
    assert [0, 1, 2] == [job.number for job in jobs[:3]]
    assert jobs[3] is None
    assert [each.settings for each in listed] == [job.settings for job in jobs[:3]]
    assert [each.drawn for each in listed] == [trial.drawn for trial in records.log.trials.values()]


def test_what_ended_is_not_run_again_and_what_was_interrupted_or_failed_keeps_its_number(phase, scored):
    first, records = phase()
    jobs = [first.suggest() for _ in range(3)]
    first.on_event(0, EpochTrained(1, 0.7, 0.7, 64, 1.0))
    first.on_event(0, Scored(scored(0, jobs[0].settings, 0.5, 0.5), b"png"))
    first.on_event(0, Finished("completed"))
    first.on_event(1, Finished("failed", "why"))
    assert (["why"], 64) == (first.failed, records.log.trials[0].ended.images)
    again, records = phase()
    assert [1, 2, None] == [job and job.number for job in (again.suggest() for _ in range(3))]
    assert 1 == len(records.log.trials[0].points)


def test_one_that_diverged_would_again(phase):
    first, _ = phase()
    first.suggest()
    first.on_event(0, Finished("diverged", "no pictures"))
    assert first.is_over(0)
    assert 1 == phase()[0].suggest().number


def test_what_a_user_did_wrong_ends_it_all(phase):
    first, _ = phase()
    first.suggest()
    first.on_event(0, Finished("user_error", "disk full"))
    assert first.suggest() is None
    assert "disk full" == first.user_error
