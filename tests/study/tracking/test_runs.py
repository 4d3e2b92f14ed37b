"""MLflow's runs show what the records say."""

import pandas as pd
import pytest

from study.analysis.findings import findings
from study.analysis.pareto import front, hypervolume
from study.tracking import rows
from tests.study.tracking.mlflow_store import DIVERGED, TRIALS, client_and_runs, experiment, store, sync


def test_a_curve_is_metrics_at_a_thousand_times_sparsity(logged):
    out, log = logged
    client, runs = client_and_runs(out)
    for trial in log.ended:
        for metric, value in (("fcd", lambda p: p.scores["fcd"]), ("sparsity", lambda p: p.sparsity)):
            history = client.get_metric_history(runs[trial.number].info.run_id, f"curve/{metric}")
            expected = sorted((round(1000 * point.sparsity), value(point)) for point in trial.curve)
            assert sorted((row.step, row.value) for row in history) == expected


def test_a_run_has_a_dozen_plain_metrics_at_most_and_they_are_of_the_point_that_its_tags_name(logged):
    out, log = logged
    _, runs = client_and_runs(out)
    points = {point.id: point for point in log.points}
    for number, run in runs.items():
        plain = {name: value for name, value in run.data.metrics.items() if "/" not in name}
        assert len(plain) <= 12
        if number is None or log.trials[number].points:
            point = points[run.data.tags["point"]]
            assert (plain["sparsity"], plain["fcd"]) == (point.sparsity, point.scores["fcd"])
            assert point.trial == number or number is None


def test_a_run_shows_the_answer_else_what_is_near_the_best_dense_generator_else_its_own_point(logged):
    out, log = logged
    _, runs = client_and_runs(out)
    found = findings(log)
    assert runs[None].data.tags["point"] == runs[found.answer.trial].data.tags["point"] == found.answer.id
    limit, reasons = 1.1 * found.dense.scores["fcd"], {run.data.tags.get("point_is") for run in runs.values()}
    assert {rows.ANSWER, rows.OWN} <= reasons
    for trial in log.ended:
        near = [p for p in trial.curve if p.eligible and p.scores["fcd"] <= limit]
        shown = near[-1] if near else trial.own
        if trial.points and trial.number != found.answer.trial:
            assert shown.id == runs[trial.number].data.tags["point"]


def test_the_studys_run_has_the_front_a_step_a_point_by_names_of_its_own(logged):
    out, log = logged
    client, runs = client_and_runs(out)
    for metric, value in (("sparsity", lambda p: p.sparsity), ("fcd", lambda p: p.scores["fcd"])):
        rows = client.get_metric_history(runs[None].info.run_id, f"front/{metric}")
        expected = [(round(1000 * point.sparsity), value(point)) for point in front(log.points)]
        assert expected == sorted((row.step, row.value) for row in rows)
    assert not any(name.startswith("front/") for n, run in runs.items() if n is not None for name in run.data.metrics)


def test_what_a_step_is_stands_in_the_experiments_description_and_in_the_studys(logged):
    client, runs = client_and_runs(logged[0])
    about = client.get_experiment(experiment(client)).tags["mlflow.note.content"]
    assert "at step 875, 87.5 %" in about
    assert about in runs[None].data.tags["mlflow.note.content"]


def test_the_settings_are_params_by_flat_names(logged):
    out, log = logged
    _, runs = client_and_runs(out)
    settings, params = log.trials[0].settings, runs[0].data.params
    assert params["lr_g"] == str(settings.train.lr_g)
    assert params["lr_d"] == str(settings.train.lr_d)
    assert params["method"] == settings.prune.method
    assert {name: str(value) for name, value in log.trials[0].trained.items()}.items() <= params.items()
    assert {"lr_ratio", "epochs", "threshold", "width", "batch", "seed"} <= params.keys()


def test_runs_are_flat_and_end_as_their_trials_did(logged):
    out, log = logged
    _, runs = client_and_runs(out)
    for trial in log.ended:
        run = runs[trial.number]
        assert run.info.status == ("FAILED" if trial.number == DIVERGED else "FINISHED")
        assert (run.data.tags["state"], run.data.tags.get("reason", "")) == (trial.ended.state, trial.ended.reason)
    assert not any("mlflow.parentRunId" in run.data.tags for run in runs.values())
    assert {run.data.tags["role"] for run in runs.values()} == {"study", "trial"}


def test_beyond_some_hundred_trials_only_the_best_have_curves_and_all_have_their_settings(out, paths, log, monkeypatch):
    """The front's, whenever it was found, and those that the saved view shows."""
    monkeypatch.setattr("study.tracking.rows.WHOLE", 2)
    monkeypatch.setattr("study.tracking.saved_view.RUNS", 1)
    sync(log, paths)
    client, runs = client_and_runs(out)
    whole = {number for number, run in runs.items() if number is not None and "curve/fcd" in run.data.metrics}
    by_area = sorted((hypervolume(trial.curve), trial.number) for trial in log.trials.values())
    needed = {0, 1, by_area[-1][1]} | {point.trial for point in front(log.points)}
    assert needed <= whole < set(log.trials)
    assert all(
        run.data.params["method"] and "hypervolume" in run.data.metrics for n, run in runs.items() if n is not None
    )
    areas = [row.value for row in client.get_metric_history(runs[None].info.run_id, "hypervolume")]
    assert areas[1:] == sorted(set(areas[1:]))
    assert areas[-1] == pytest.approx(hypervolume(log.points))
    before = store(out)
    sync(log, paths)
    assert store(out) == before


def test_the_study_has_hypervolume_by_trials_ended_a_table_and_its_report(logged, tmp_path):
    out, log = logged
    client, runs = client_and_runs(out)
    study = runs[None].info.run_id
    history = client.get_metric_history(study, "hypervolume")
    assert [row.step for row in history] == list(range(1, TRIALS + 1))
    assert [row.value for row in history] == sorted(row.value for row in history)
    table = pd.read_json(client.download_artifacts(study, "front.json", tmp_path), orient="split")
    assert list(table["point"]) == [point.id for point in front(log.points)]
    assert {file.path for file in client.list_artifacts(study, "report")} == {"report/index.html"}


def test_a_trial_has_strips_by_step_six_at_most(logged):
    out, log = logged
    client, runs = client_and_runs(out)
    files = [file.path for file in client.list_artifacts(runs[0].info.run_id, "images")]
    steps = {int(path.split("+step+")[1].split("+")[0]) for path in files}
    curve = [round(1000 * point.sparsity) for point in log.trials[0].curve]
    assert len(steps) == 6
    assert {curve[0], curve[-1]} <= steps <= set(curve)
