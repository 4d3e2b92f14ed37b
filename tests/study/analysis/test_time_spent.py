"""Every second of every worker is told once, for what it was spent."""

from dataclasses import replace

import pytest

from study.analysis.time_spent import TimeSpent, time_spent
from study.records.study import Ended, StudyLog, TrialLog


@pytest.fixture
def log(space, scored) -> StudyLog:
    """Two workers: trials from 102 to 110 and to 106; in a second call, of one, from 205 to 207."""
    settings = space.settings(dict(space.first[0]), channels=1, seed=0)
    points = {point.id: point for point in (scored(0, settings, 50.0, target) for target in (0.0, None))}

    def trial(number: int, time: float, seconds: float, points: dict | None = None) -> TrialLog:
        return TrialLog(number, settings, {}, time - seconds, points or {}, Ended("completed", time, seconds, 0))

    calls = [{"time": 100.0, "workers": 2}, {"time": 200.0, "workers": 1}]
    ended = [trial(0, 110.0, 8.0, points), trial(1, 106.0, 4.0), trial(2, 207.0, 2.0)]
    return StudyLog(calls=calls, trials={each.number: each for each in ended})


def test_seconds_of_workers_add_up(log):
    spent = time_spent(log)
    scoring = sum(point.seconds for point in log.trials[0].points.values())
    assert scoring > 0
    assert TimeSpent(training=14 - scoring, scoring=scoring, start=4 + 5, waiting=4) == spent
    assert 2 * 10 + 7 == pytest.approx(sum(vars(spent).values()))
    assert 1 == pytest.approx(sum(spent.shares.values()))


def test_points_scored_in_a_call_that_was_lost_are_not_taken_from_this_ones_training(log):
    late = {name: replace(point, seconds=100.0) for name, point in log.trials[0].points.items()}
    log.trials[0].points = late
    assert (6, 8) == (time_spent(log).training, time_spent(log).scoring)


def test_without_calls_nothing_is_told():
    assert {} == time_spent(StudyLog()).shares
