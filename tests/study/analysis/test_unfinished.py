"""A study whose trainings were all cut short says so; one that finished some says nothing."""

from dataclasses import replace

import pytest

from bench.synthetic import write_study
from study.analysis.findings import findings
from study.analysis.unfinished import sentence
from study.records.study import StudyLog


@pytest.fixture
def log(tmp_path) -> StudyLog:
    """Eight trials, of which none diverged."""
    log = write_study(tmp_path / "study.jsonl", 20).log
    log.trials = dict([each for each in log.trials.items() if each[1].points][:8])
    return log


def cut(log: StudyLog, numbers: list[int], epochs: list[int]) -> None:
    """Time stopped these trials after so many epochs."""
    for trial, epoch in zip([list(log.trials.values())[number] for number in numbers], epochs, strict=True):
        trial.ended = replace(trial.ended, state="stopped", reason=f"out of time after epoch {epoch}")
        trial.points = {name: replace(point, epoch=epoch) for name, point in trial.points.items()} if epoch else {}


def test_it_says_nothing_of_a_study_that_finished_its_trainings(log):
    assert sentence(log) == ""
    cut(log, [6, 7], [3, 5])
    assert sentence(log) == ""


def test_all_stopped_by_time_is_told_with_epochs_reached_and_asked(log):
    cut(log, list(range(8)), [0, 1, 2, 3, 4, 5, 9, 9])
    asked = {trial.settings.train.epochs for trial in log.trials.values()}
    told = f"None of 8 trials came to the end of its training: 8 were stopped by time after 0 to 9 of {min(asked)} to"
    assert sentence(log).startswith(told)


def test_it_is_a_warning_that_the_front_may_not_outshine(log):
    assert not findings(log).warned
    cut(log, list(range(8)), [9] * 8)
    assert findings(log).warned


def test_trials_that_the_rule_stopped_are_not_times_fault(log):
    for trial in list(log.trials.values())[:7]:
        trial.ended = replace(trial.ended, state="stopped", reason="behind the best after epoch 10")
        trial.points = {name: replace(point, epoch=10) for name, point in trial.points.items()}
    assert sentence(log) == ""
