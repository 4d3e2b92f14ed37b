"""The figures of long studies measure what they say: the real path, in a study that is as long as it says."""

import pytest

from bench import scale
from bench.overhead import seconds_a_trial
from bench.synthetic import write_study
from study.records.journal import read
from study.records.paths import Out
from study.tracking.runs import Tracking
from study.tracking.server import default_uri


def test_a_synthetic_study_has_the_points_that_the_report_is_measured_with(tmp_path):
    log = write_study(tmp_path / "study.jsonl", 278).log
    assert len(log.points) == pytest.approx(2000, rel=0.05)
    assert read(tmp_path / "study.jsonl") == log


@pytest.mark.slow
def test_mlflow_holds_every_trial_of_a_study_that_is_measured(tmp_path):
    """As if each had been logged: none is logged again when the study goes on."""
    paths = scale.study_of(tmp_path, 30)
    log = read(paths.records)
    scale.log_all(log, paths)
    tracking = Tracking(default_uri(Out(tmp_path)), log.header, paths)
    logged = []
    tracking.trial = logged.append
    assert len(log.trials) == len(tracking.runs(log))
    assert [] == logged


def test_optuna_is_asked_in_a_study_that_it_knows(tmp_path):
    asks = scale.ask_seconds(scale.study_of(tmp_path, 20), asks=3)
    assert 3 == len(asks)
    assert all(0 < seconds < 60 for seconds in asks)


@pytest.mark.slow
def test_the_report_is_measured_as_a_user_calls_it(tmp_path):
    seconds, held = scale.report_cost(tmp_path, 20)
    assert (Out(tmp_path).study("synthetic").report / "index.html").exists()
    assert 0 < seconds < 300
    assert 3e7 < held < 1e9


@pytest.mark.slow
def test_a_trial_more_is_measured_on_the_way_of_real_ones(tmp_path):
    """Ray, records, Optuna's journal and MLflow: all have the study's trials and those that were measured."""
    paths = scale.study_of(tmp_path, 20)
    slopes = seconds_a_trial(paths, (2, 4, 6))
    log = read(paths.records)
    assert 2 == len(slopes)
    assert 26 == len(log.ended)
    assert {trial.ended.state for number, trial in log.trials.items() if number >= 20} <= {"completed", "stopped"}
    tracking = Tracking(default_uri(Out(tmp_path)), log.header, paths)
    assert log.trials.keys() == tracking.runs(log).keys()
