"""A study without a front says what happened and what helps, which is not always more time."""

from dataclasses import replace

import pytest

from bench.synthetic import write_study
from study.analysis.nothing import why
from study.records.study import Ended, StudyLog


@pytest.fixture
def log(tmp_path) -> StudyLog:
    return write_study(tmp_path / "study.jsonl", 4).log


def without_points(log: StudyLog, state: str, reason: str) -> StudyLog:
    for trial in log.trials.values():
        trial.points, trial.ended = {}, Ended(state, 1.0, 1.0, 0, reason)
    return log


def with_scores(log: StudyLog, **scores: float) -> StudyLog:
    """The same points, none of them eligible."""
    for trial in log.trials.values():
        for name, point in trial.points.items():
            trial.points[name] = replace(point, eligible=False, scores=point.scores | scores)
    return log


def test_a_study_that_diverged_is_not_told_to_take_more_time(log):
    told = why(without_points(log, "diverged", "loss is not finite\ntrace"))
    assert told.startswith("4 of 4 trials diverged (loss is not finite): more TIME is no help")
    assert "SPACE" in told


def test_a_study_that_ran_out_of_time_is(log):
    assert "give more TIME" in why(without_points(log, "stopped", "out of time before the first epoch"))


def test_a_study_that_failed_names_the_last_reason(log):
    assert "failed, the last with OSError: no" in why(without_points(log, "failed", "OSError: no"))


def test_points_worse_than_blurred_noise_need_longer_training(log):
    told = why(with_scores(log, skill=-0.2))
    assert "none of" in told
    assert "no closer to real pictures than blurred noise; train longer" in told


def test_a_collapsed_generator_is_named(log):
    assert "one kind of picture" in why(with_scores(log, skill=0.4))


def test_points_that_were_only_screened_need_time(log):
    for trial in with_scores(log, skill=0.4).trials.values():
        trial.points = {name: replace(point, n_samples=250) for name, point in trial.points.items()}
    assert "scored with all pictures: give more TIME" in why(log)


def test_a_study_without_an_ended_trial_has_nothing_to_show_either():
    assert "give more TIME" in why(StudyLog())
