"""What was logged is found again where the results were moved to."""

import shutil
import sqlite3
from collections import OrderedDict
from contextlib import closing

import pytest
from PIL import Image

from bench.synthetic import write_study
from ganprune.errors import UserError
from study.commands.again import known_study
from study.records.paths import Out
from study.settings.arguments import asked
from study.tracking.client import MlflowClient
from study.tracking.moved import LOCATIONS, check_artifacts, follow_artifacts
from study.tracking.runs import Tracking
from study.tracking.server import default_uri


@pytest.fixture(scope="module")
def logged(tmp_path_factory, empty_store) -> Out:
    """A study with one strip, logged."""
    out = Out(tmp_path_factory.mktemp("runs"))
    shutil.copy(empty_store, out.root)
    paths = out.study("synthetic")
    log = write_study(paths.records, 2).log
    paths.samples.mkdir()
    Image.new("L", (8, 8)).save(paths.samples / f"{log.points[0].id}.png")
    sync(out)
    return out


@pytest.fixture
def moved(tmp_path, logged, monkeypatch) -> Out:
    # MLflow remembers places as long as a process lives.
    monkeypatch.setattr("mlflow.tracking._tracking_service.utils._artifact_repos_cache", OrderedDict())
    return Out(shutil.copytree(logged.root, tmp_path / "else where"))


def sync(out: Out) -> None:
    """As `make sync` does, but for the report."""
    log, paths = known_study(asked({"OUT": out.root, "NAME": "synthetic"}))
    tracking = Tracking(default_uri(out), log.header, paths)
    for trial in log.ended:
        tracking.trial(trial)
    tracking.finish(log, lambda point, onnx: {"README.md": b"# card"})


def places(out: Out) -> set[str]:
    with closing(sqlite3.connect(out.mlflow_db)) as database:
        rows = [database.execute(f"SELECT {column} FROM {table}").fetchall() for table, column in LOCATIONS.items()]
    return {place for each in rows for (place,) in each if place.startswith("file:")}


def test_a_sync_makes_pictures_and_models_load_again(moved, logged):
    before = sorted(logged.root.rglob("*"))
    shutil.rmtree(moved.study("synthetic").samples)  # so that no picture is drawn again
    sync(moved)
    client = MlflowClient(tracking_uri=default_uri(moved))
    experiment = client.get_experiment_by_name("ganprune-digits").experiment_id
    runs, models = client.search_runs([experiment]), client.search_logged_models([experiment])
    pictures = [file for run in runs for file in client.list_artifacts(run.info.run_id, "images")]
    assert pictures
    assert models
    for model in models:
        assert client.list_logged_model_artifacts(model.model_id)
    assert before == sorted(logged.root.rglob("*"))


def test_every_place_is_mended_once(moved, logged):
    before = places(moved)
    follow_artifacts(moved)
    here = moved.mlflow_artifacts.as_uri()
    assert {place.replace(logged.mlflow_artifacts.as_uri(), here) for place in before} == places(moved)
    follow_artifacts(moved)
    assert all(place.startswith(here) for place in places(moved))


def test_what_lies_elsewhere_on_purpose_stays(moved):
    with closing(sqlite3.connect(moved.mlflow_db)) as database, database:
        database.execute("UPDATE experiments SET artifact_location = 's3://bucket/mlflow-artifacts'")
    before = places(moved)
    follow_artifacts(moved)
    assert before == places(moved)


@pytest.mark.parametrize("location", ["s3://bucket/1", "mlflow-artifacts:/1", "{here}", "file://{here}"])
def test_an_mlflow_elsewhere_may_keep_files_wherever_it_likes(tmp_path, location):
    check_artifacts(location.format(here=tmp_path), "ganprune-digits")


def test_of_an_mlflow_elsewhere_whose_files_were_moved_one_line_says_what_to_do(tmp_path):
    with pytest.raises(UserError, match=r"ganprune-digits in .*/my runs, which is not there.* ln -s") as refused:
        check_artifacts(f"file://{tmp_path}/my%20runs", "ganprune-digits")
    assert "\n" not in str(refused.value)
