"""MLflow behind the driver's back: no failure there ends a study, and none is for good."""

import time

import pytest

from study.analysis.pareto import front
from study.tracking.background import Spool
from study.tracking.server import default_uri
from tests.study.tracking.mlflow_store import client_and_runs, experiment, files, store


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
