"""However often and however late MLflow is told, it holds what the records say."""

from dataclasses import replace

import pytest

from study.analysis.pareto import front
from study.tracking.client import MlflowClient
from study.tracking.runs import Tracking
from study.tracking.server import default_uri
from tests.study.tracking.mlflow_store import TRIALS, client_and_runs, experiment, files, store, sync


class Killed(BaseException):
    """As the driver is: nothing of ours catches it."""


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


def test_runs_that_a_slow_server_began_twice_are_one_again(out, paths, log, logged, monkeypatch):
    """It did what it was asked and answered too late, so that it was asked once more."""
    real = MlflowClient.create_run

    def twice(*arguments, **named):
        real(*arguments, **named)
        return real(*arguments, **named)

    monkeypatch.setattr(MlflowClient, "create_run", twice)
    sync(log, paths)
    assert 2 * (TRIALS + 1) == len(store(out)["runs"])
    monkeypatch.undo()
    sync(log, paths)
    assert store(out) == store(logged[0])


def test_a_trial_without_an_end_is_closed_and_goes_on_later(out, paths, log, logged):
    trial = log.trials[0]
    end, trial.ended = trial.ended, None
    sync(log, paths)
    assert client_and_runs(out)[1][0].info.status == "KILLED"
    trial.ended = end
    sync(log, paths)
    for kind in ("runs", "params", "tags", "files"):
        assert store(out)[kind] == store(logged[0])[kind]


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


def test_a_namesake_on_the_same_server_is_another_study(out, paths, log):
    sync(log, paths)
    log.header = log.header | {"time": log.header["time"] + 60}
    sync(log, paths)
    client, _ = client_and_runs(out)
    runs = client.search_runs([experiment(client)])
    assert len(runs) == 2 * (TRIALS + 1)
