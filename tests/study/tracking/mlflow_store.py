"""MLflow made equal to a study's records, and what is then in it."""

import sqlite3

from study.records.paths import Out, StudyPaths
from study.records.study import StudyLog
from study.tracking.client import MlflowClient
from study.tracking.runs import Tracking
from study.tracking.saved_view import FILES_TAG
from study.tracking.server import default_uri

TRIALS = 8
DIVERGED = 5


def sync(log: StudyLog, paths: StudyPaths) -> None:
    """As `make sync` does."""
    tracking = Tracking(default_uri(Out(paths.root.parent)), log.header, paths)
    for trial in log.ended:
        tracking.trial(trial)
    tracking.finish(log, files)


def files(point, with_onnx: bool) -> dict[str, bytes]:
    made = {"generator.safetensors": point.id.encode(), "README.md": b"# card\n\n## Files\n"}
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


def client_and_runs(out: Out):
    """The runs by trial; None is the study's own."""
    client = MlflowClient(tracking_uri=default_uri(out))
    runs = client.search_runs([experiment(client)])
    return client, {int(run.data.tags["trial"]) if "trial" in run.data.tags else None: run for run in runs}


def experiment(client: MlflowClient) -> str:
    return client.get_experiment_by_name("ganprune-digits").experiment_id
