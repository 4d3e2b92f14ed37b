"""Every point of the front is a model in MLflow, and a link leads to its files."""

import pytest

from study.analysis.findings import findings
from study.analysis.pareto import front
from study.report.card import card
from study.tracking.client import views
from study.tracking.runs import Tracking
from study.tracking.server import default_uri
from tests.study.scored_again import score_again
from tests.study.tracking.mlflow_store import client_and_runs, experiment, files, sync


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


def test_what_is_scored_again_after_a_model_was_filled_is_told_by_its_card_and_its_weights_stay(out, paths, log):
    sync(log, paths)
    client, runs = client_and_runs(out)
    score_again(log)
    Tracking(default_uri(out), log.header, paths).finish(log, lambda *given: pytest.fail("made again"))
    models = client.search_logged_models([runs[0].info.experiment_id])
    assert {point.id for point in front(log.points)} == {model.params["point"] for model in models}
    points, found = {point.id: point for point in log.points}, findings(log)
    for model in models:
        point, folder = points[model.params["point"]], out.mlflow_artifacts / "models" / model.model_id / "artifacts"
        told = (folder / "README.md").read_text()
        assert card(point, found) + "\n## Files\n" == told
        assert point.id.encode() == (folder / "generator.safetensors").read_bytes()


def test_a_model_whose_card_is_gone_is_filled_again(out, paths, log):
    sync(log, paths)
    client, runs = client_and_runs(out)
    score_again(log)
    for file in out.mlflow_artifacts.glob("models/*/artifacts/README.md"):
        file.unlink()
    Tracking(default_uri(out), log.header, paths).finish(log, files)
    models = client.search_logged_models([runs[0].info.experiment_id])
    folders = [out.mlflow_artifacts / "models" / model.model_id / "artifacts" for model in models]
    assert folders
    assert all((folder / "README.md").exists() for folder in folders)


def test_the_saved_view_is_there_from_the_start(out, paths, log):
    Tracking(default_uri(out), log.header, paths)
    assert "viewStateShareKey=sparsity-against-quality" in views(default_uri(out))["ganprune-digits"]


def test_beside_the_view_there_is_a_link_to_the_files_of_its_answer(logged):
    out, log = logged
    client, _ = client_and_runs(out)
    models = {model.params["point"]: model for model in client.search_logged_models([experiment(client)])}
    link = views(default_uri(out))["files of ganprune-digits's answer"]
    assert f"/models/{models[findings(log).answer.id].model_id}/artifacts" in link
