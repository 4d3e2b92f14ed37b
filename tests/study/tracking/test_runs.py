"""MLflow shows what the records say, however often and however late it is told."""

import copy
import math
import shutil
import sqlite3
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench.synthetic import write_study
from study.analysis.findings import findings
from study.analysis.pareto import front, hypervolume
from study.records.paths import Out, StudyPaths
from study.records.study import StudyLog
from study.tracking import rows
from study.tracking.background import Spool
from study.tracking.client import MlflowClient, views
from study.tracking.runs import Tracking
from study.tracking.saved_view import FILES_TAG
from study.tracking.server import default_uri

TRIALS = 8
DIVERGED = 5


class Killed(BaseException):
    """As the driver is: nothing of ours catches it."""


@pytest.fixture(scope="session")
def logged(tmp_path_factory, empty_store) -> tuple[Out, StudyLog]:
    """A study of eight trials, one diverged, with a strip for every point, in MLflow. To be read only."""
    out = Out(tmp_path_factory.mktemp("logged"))
    shutil.copy(empty_store, out.root)
    paths = out.study("synthetic")
    log = write_study(paths.records, TRIALS).log
    log.trials[DIVERGED].ended = replace(log.trials[0].ended, state="diverged", reason="loss is not finite")
    log.trials[DIVERGED].points.clear()
    draw_strips(log, paths)
    paths.report.mkdir()
    (paths.report / "index.html").write_text("report")
    sync(log, paths)
    return out, log


@pytest.fixture
def out(tmp_path, empty_store) -> Out:
    shutil.copy(empty_store, tmp_path)
    return Out(tmp_path)


@pytest.fixture
def paths(out, logged) -> StudyPaths:
    """The same study where nothing is logged yet."""
    shutil.copytree(logged[0].study("synthetic").root, out.study("synthetic").root)
    return out.study("synthetic")


@pytest.fixture
def log(logged) -> StudyLog:
    return copy.deepcopy(logged[1])


def sync(log: StudyLog, paths: StudyPaths) -> None:
    """As `make sync` does."""
    tracking = Tracking(default_uri(Out(paths.root.parent)), log.header, paths)
    for trial in log.ended:
        tracking.trial(trial)
    tracking.finish(log, files)


def draw_strips(log: StudyLog, paths: StudyPaths) -> None:
    paths.samples.mkdir(parents=True)
    for point in log.points:
        Image.fromarray(np.zeros((8, 32), np.uint8)).save(paths.samples / f"{point.id}.png")


def files(point, with_onnx: bool) -> dict[str, bytes]:
    made = {"generator.safetensors": point.id.encode(), "README.md": b"# card"}
    return made | ({"generator.onnx": b"onnx"} if with_onnx else {})


def store(out: Out) -> dict[str, list]:
    """All that the store holds, without the ids that MLflow draws."""
    runs = (
        "SELECT r.name, {} FROM {} t JOIN runs r USING (run_uuid) WHERE lifecycle_stage = 'active' ORDER BY 1, 2, 3, 4"
    )
    queries = {
        "runs": "SELECT name, status, start_time, end_time FROM runs WHERE lifecycle_stage = 'active' ORDER BY 1",
        "metrics": runs.format("t.key, t.step, t.value, t.timestamp, t.is_nan", "metrics"),
        "latest": runs.format("t.key, t.step, t.value, t.timestamp, t.is_nan", "latest_metrics"),
        "params": runs.format("t.key, t.value, 0", "params"),
        "tags": runs.format("t.key, t.value, 0", "tags"),
        "models": "SELECT name, status FROM logged_models WHERE lifecycle_stage = 'active' ORDER BY 1",
        "model metrics": "SELECT m.name, metric_name, metric_step, metric_value FROM logged_model_metrics "
        "JOIN logged_models m USING (model_id) WHERE m.lifecycle_stage = 'active' ORDER BY 1, 2",
        "views": f"SELECT key, value FROM experiment_tags WHERE key != '{FILES_TAG}'",
    }
    with sqlite3.connect(out.mlflow_db) as db:
        found = {name: db.execute(query).fetchall() for name, query in queries.items()}
    files = [path for path in out.mlflow_artifacts.rglob("*") if path.is_file()]
    return found | {"files": [len(files)]}


def test_logging_twice_changes_nothing(out, paths, log, logged):
    sync(log, paths)
    sync(log, paths)
    assert store(out) == store(logged[0])
    assert len(store(out)["runs"]) == TRIALS + 1


@pytest.mark.parametrize("dying_call", ["log_batch", "set_terminated", "log_image", "log_model_artifacts", "log_text"])
def test_after_a_kill_a_sync_makes_it_equal(out, paths, log, logged, monkeypatch, dying_call):
    kill_in(monkeypatch, dying_call, at=3 if dying_call != "log_text" else 1)
    with pytest.raises(Killed):
        sync(log, paths)
    monkeypatch.undo()
    sync(log, paths)

    assert store(out) == store(logged[0])


def kill_in(monkeypatch, call: str, at: int) -> None:
    real, calls = getattr(MlflowClient, call), []

    def dying(*arguments, **named):
        calls.append(call)
        if len(calls) == at:
            raise Killed
        return real(*arguments, **named)

    monkeypatch.setattr(MlflowClient, call, dying)


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


def test_a_trial_near_the_best_dense_generator_shows_its_sparsest_point_there(log):
    found = findings(log)
    other = next(trial for trial in log.ended if trial.points and trial.number != found.answer.trial)
    near = {p.id: replace(p, scores=p.scores | {"fcd": found.dense.scores["fcd"]}) for p in other.points.values()}
    other.points = near
    point, why = rows.shown(other, found)
    assert (other.curve[-1].sparsity, rows.NEAR) == (point.sparsity, why)


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


def test_a_trial_without_an_end_is_closed_and_goes_on_later(out, paths, log, logged):
    trial = log.trials[0]
    end, trial.ended = trial.ended, None
    sync(log, paths)
    assert client_and_runs(out)[1][0].info.status == "KILLED"
    trial.ended = end
    sync(log, paths)
    for kind in ("runs", "params", "tags", "files"):
        assert store(out)[kind] == store(logged[0])[kind]


def test_infinity_is_left_out(log):
    point = log.trials[0].own
    sick = replace(point, scores=point.scores | {"fcd": math.inf, "kcd": math.nan})
    assert not {"curve/fcd", "curve/kcd"} & {row.key for row in rows.point_rows(sick, log.trials[0])}


def test_points_of_earlier_epochs_are_curves_of_their_own_and_those_of_few_pictures_none(log):
    trial = copy.deepcopy(log.trials[0])
    earlier = replace(trial.own, id="earlier", epoch=trial.own.epoch - 1)
    look = replace(earlier, id="look", epoch=trial.own.epoch - 2, n_samples=250)
    before = rows.curve(trial)
    trial.points |= {point.id: point for point in (earlier, look)}
    added = [row for row in rows.curve(trial) if row not in before]
    assert len(before) + len(added) == len(rows.curve(trial))
    assert {f"curve-e{earlier.epoch}"} == {row.key.partition("/")[0] for row in added}
    assert earlier.scores["fcd"] in [row.value for row in added if row.key.endswith("/fcd")]


def test_the_front_is_marked_and_each_of_its_points_is_a_model(logged):
    out, log = logged
    client, runs = client_and_runs(out)
    best = front(log.points)
    marked = {number for number, run in runs.items() if run.data.tags.get("on_front") == "true"}
    assert marked == {point.trial for point in best}
    models = {model.params["point"]: model for model in client.search_logged_models([runs[0].info.experiment_id])}
    assert models.keys() == {point.id for point in best}
    for point in best:
        metrics = {metric.key: metric.value for metric in models[point.id].metrics}
        assert metrics["curve/fcd"] == point.scores["fcd"]
        folder = out.mlflow_artifacts / "models" / models[point.id].model_id / "artifacts"
        expected = files(point, point == findings(log).answer)
        assert expected == {file.name: file.read_bytes() for file in folder.iterdir()}


def test_models_can_be_sorted_by_study_sparsity_and_quality(logged):
    out, log = logged
    client, _ = client_and_runs(out)
    models = client.search_logged_models([experiment(client)])
    points = {point.id: point for point in log.points}
    by_name = [points[model.params["point"]].sparsity for model in sorted(models, key=lambda model: model.name)]
    assert sorted(by_name) == by_name
    for model in models:
        point = points[model.params["point"]]
        assert "synthetic" == model.params["study"]
        assert pytest.approx(point.sparsity, abs=1e-5) == float(model.params["sparsity"])
        assert pytest.approx(point.scores["fcd"], rel=1e-3) == float(model.params["fcd"])


def test_a_sync_gives_every_model_its_onnx(out, paths, log):
    sync(log, paths)
    tracking = Tracking(default_uri(out), log.header, paths)
    for _ in range(2):
        tracking.finish(log, files, onnx_for_all=True)
    client, _ = client_and_runs(out)
    for model in client.search_logged_models([experiment(client)]):
        assert "generator.onnx" in {file.path for file in client.list_logged_model_artifacts(model.model_id)}


def test_a_run_whose_settings_were_told_otherwise_is_made_anew(out, paths, log, logged):
    """By a version of ours that told what was drawn, or before the trial went on to more epochs."""
    told = log.trials[0].settings
    log.trials[0].settings = told.model_copy(update={"train": told.train.model_copy(update={"lr_g": 0.5})})
    sync(log, paths)
    log.trials[0].settings = told
    sync(log, paths)
    assert store(out) | {"files": 0} == store(logged[0]) | {"files": 0}  # those of what was deleted stay


def test_a_point_that_left_the_front_has_no_model_and_is_not_shown(out, paths, log):
    last = log.trials.pop(TRIALS - 1)
    sync(log, paths)
    better = {name: replace(p, scores=p.scores | {"fcd": 0.1, "skill": 0.9}) for name, p in last.points.items()}
    last.points = {name: replace(point, eligible=True) for name, point in better.items()}
    log.trials[last.number] = last
    sync(log, paths)

    client, runs = client_and_runs(out)
    models = client.search_logged_models([runs[0].info.experiment_id])
    shown = client.get_metric_history(runs[None].info.run_id, "curve/fcd")
    assert {model.params["point"] for model in models} == {point.id for point in front(log.points)}
    assert {row.value for row in shown} == {0.1}
    assert {number for number, run in runs.items() if run.data.tags.get("on_front") == "true"} == {last.number}


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


def test_a_namesake_on_the_same_server_is_another_study(out, paths, log):
    sync(log, paths)
    log.header = log.header | {"time": log.header["time"] + 60}
    sync(log, paths)
    client, _ = client_and_runs(out)
    runs = client.search_runs([experiment(client)])
    assert len(runs) == 2 * (TRIALS + 1)


def test_the_saved_view_is_there_from_the_start(out, paths, log):
    Tracking(default_uri(out), log.header, paths)
    assert "viewStateShareKey=sparsity-against-quality" in views(default_uri(out))["ganprune-digits"]


def test_beside_the_view_there_is_a_link_to_the_files_of_its_answer(logged):
    out, log = logged
    client, _ = client_and_runs(out)
    models = {model.params["point"]: model for model in client.search_logged_models([experiment(client)])}
    link = views(default_uri(out))["files of ganprune-digits's answer"]
    assert f"/models/{models[findings(log).answer.id].model_id}/artifacts" in link


def test_an_unreachable_server_is_one_warning_and_no_wait(paths, log):
    warnings = []
    began = time.monotonic()
    spool = Spool("http://127.0.0.1:9", log.header, paths, warnings.append)
    for trial in log.ended:
        spool.trial(trial)
    assert time.monotonic() - began < 1
    assert spool.runs(log) == {}
    spool.finish(log, files)
    spool.close()
    assert time.monotonic() - began < 15
    assert len(warnings) == 1
    assert "make sync NAME=synthetic" in warnings[0]


def test_what_an_outage_swallowed_is_logged_at_the_end(out, paths, log, monkeypatch):
    warnings = []
    spool = Spool(default_uri(out), log.header, paths, warnings.append)
    with monkeypatch.context() as outage:
        outage.setattr("study.tracking.background.Spool._connect", lambda self: (_ for _ in ()).throw(OSError("down")))
        for trial in log.ended:
            spool.trial(trial)
        spool._thread.submit(int).result()
    assert spool.runs(log).keys() == {trial.number for trial in log.ended}
    assert len(warnings) == 1
    spool.close()


@pytest.mark.parametrize("deleted", ["a trial's run", "the study's run", "the experiment", "a model"])
def test_what_is_deleted_in_the_ui_while_a_study_runs_is_there_again_at_its_end(out, paths, log, logged, deleted):
    warnings = []
    spool = Spool(default_uri(out), log.header, paths, warnings.append)
    spool.runs(log)
    spool.finish(log, files)
    client, runs = client_and_runs(out)
    match deleted:
        case "a trial's run":
            client.delete_run(runs[front(log.points)[0].trial].info.run_id)
        case "the study's run":
            client.delete_run(runs[None].info.run_id)
        case "the experiment":
            client.delete_experiment(experiment(client))
        case "a model":
            client.delete_logged_model(client.search_logged_models([experiment(client)])[0].model_id)
    known = spool.runs(log)
    spool.finish(log, files)
    spool.close()

    assert warnings == []
    assert known == {number: run.info.run_id for number, run in client_and_runs(out)[1].items() if number is not None}
    assert store(out)["models"] == store(logged[0])["models"]
    assert store(out)["metrics"] == store(logged[0])["metrics"]
    sources = {model.source_run_id for model in client.search_logged_models([experiment(client)])}
    assert sources <= {run.info.run_id for run in client_and_runs(out)[1].values()}


def client_and_runs(out: Out):
    """The runs by trial; None is the study's own."""
    client = MlflowClient(tracking_uri=default_uri(out))
    runs = client.search_runs([experiment(client)])
    return client, {int(run.data.tags["trial"]) if "trial" in run.data.tags else None: run for run in runs}


def experiment(client: MlflowClient) -> str:
    return client.get_experiment_by_name("ganprune-digits").experiment_id
