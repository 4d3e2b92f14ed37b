"""What optuna-dashboard shows is what the records say: names, states, times, every point that compares."""

from dataclasses import replace
from datetime import datetime

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FixedTrial, TrialState

from ganprune.objective import Objectives
from study.records.study import Ended, TrialLog
from study.search.optuna_journal import Journal


@pytest.fixture
def trial(space, scored) -> TrialLog:
    """An ended one: dense, its own point, and two more; the last takes more than Optuna could draw."""
    drawn = {**space.first[0], "lr_g": 3.04e-4}
    settings = space.settings(drawn, channels=1, seed=0)
    points = [scored(3, settings, 100 * (target or 0.5), target) for target in (0.0, None, 0.75, 0.99)]
    points[0] = replace(points[0], id="dense", threshold=0.0, sparsity=0.0)
    log = TrialLog(3, settings, drawn, time=1e9, points={point.id: point for point in points})
    log.ended = Ended("completed", 1e9 + 60, 60.0, 640)
    return log


@pytest.fixture
def shown(tmp_path, space):
    """What anyone who opens the journal reads of a trial."""

    def of(trial: TrialLog) -> optuna.Study:
        fixed = FixedTrial(trial.drawn)
        space.draw(fixed)
        file = tmp_path / "toy" / "optuna.journal"
        file.parent.mkdir()
        Journal(file, Objectives()).add(trial, fixed.distributions)
        return optuna.load_study(study_name="toy", storage=JournalStorage(JournalFileBackend(str(file))))

    return of


def test_its_objectives_have_names(trial, shown):
    assert ["sparsity", "fcd"] == shown(trial).metric_names


def test_every_point_that_compares_is_there_the_dense_one_too(trial, shown):
    rows = shown(trial).trials
    assert [[p.sparsity, p.scores["fcd"]] for p in trial.curve] == [row.values for row in rows]
    assert {TrialState.COMPLETE} == {row.state for row in rows}
    assert 0 == rows[0].values[0]


def test_a_row_says_which_point_of_which_run_it_is(trial, shown):
    for point, row in zip(trial.curve, shown(trial).trials, strict=True):
        expected = {"trial": 3, "run": "t0003-percentage", "method": "percentage", "point": point.id}
        assert expected.items() <= row.user_attrs.items()
        assert point.threshold == row.user_attrs["threshold"]


def test_its_times_are_those_of_the_trial(trial, shown):
    for row in shown(trial).trials:
        assert (datetime.fromtimestamp(1e9), 60) == (row.datetime_start, row.duration.total_seconds())


def test_its_settings_are_those_that_were_trained_and_its_own_threshold_where_optuna_could_draw_it(trial, shown):
    dense, own, _, sparsest = shown(trial).trials
    assert trial.settings.train.lr_g == own.params["lr_g"] != trial.drawn["lr_g"]
    assert 50 == own.params["percentage.threshold"]
    assert "percentage.threshold" not in dense.params.keys() | sparsest.params.keys()


@pytest.mark.parametrize(
    ("state", "expected"),
    [("stopped", TrialState.PRUNED), ("diverged", TrialState.FAIL), ("failed", TrialState.FAIL)],
)
def test_how_a_trial_ended_is_told_beside_what_it_scored(trial, shown, state, expected):
    trial.ended = replace(trial.ended, state=state, reason="why")
    *points, end = shown(trial).trials
    assert len(trial.curve) == len(points)
    assert (expected, state, "why") == (end.state, end.user_attrs["state"], end.user_attrs["reason"])


def test_a_score_that_is_no_number_is_left_out(trial, shown):
    dense = trial.points["dense"]
    trial.points["dense"] = replace(dense, scores=dense.scores | {"fcd": float("nan")})
    assert len(trial.curve) - 1 == len(shown(trial).trials)


def test_a_method_without_a_threshold_shows_what_was_drawn_for_it(switching, scored, tmp_path):
    drawn = {"method": "switching", "switching.share": 0.4, "switching.every": 2, "lr_g": 1e-3, "lr_ratio": 1.0}
    drawn |= {"epochs": 2, "recovery_steps": 0}
    settings = switching.settings(drawn, channels=1, seed=0)
    point = replace(scored(0, settings, 0.4, None), threshold=None)
    trial = TrialLog(0, settings, drawn, 1e9, {point.id: point}, Ended("completed", 1e9, 1.0, 640))
    fixed = FixedTrial(drawn)
    switching.draw(fixed)
    file = tmp_path / "optuna.journal"
    Journal(file, Objectives()).add(trial, fixed.distributions)
    (row,) = optuna.load_study(study_name=None, storage=JournalStorage(JournalFileBackend(str(file)))).trials
    assert drawn == row.params
    assert row.user_attrs["threshold"] is None
