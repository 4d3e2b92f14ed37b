"""The end of a study, begun before it is there."""

from types import SimpleNamespace

import pytest

from bench.synthetic import write_study
from ganprune.errors import UserError
from study.commands import finish
from study.records.paths import Out
from tests.study.poor_studies import diverged


@pytest.fixture
def asked(monkeypatch) -> list[tuple[str, bool]]:
    """Points whose files were made, and whether with ONNX."""
    made = []

    def point_files(point, found, paths, onnx):
        made.append((point.id, onnx))
        return {}

    monkeypatch.setattr("study.report.point_files.point_files", point_files)
    return made


def test_a_draft_has_a_report_and_every_models_files_but_for_onnx(tmp_path, asked):
    paths = Out(tmp_path).study("synthetic")
    records, logged = write_study(paths.records, 3), []

    def log(log, files):
        logged.append(len(log.ended))
        for point in log.points[:3]:
            files(point, True)

    drafting = SimpleNamespace(some_time=lambda job: job(SimpleNamespace(finish=log)))
    finish.draft(paths, drafting)
    assert (paths.report / "index.html").exists()
    assert [len(records.log.ended)] == logged
    assert [(point.id, False) for point in records.log.points[:3]] == asked


def test_where_there_is_nothing_to_report_the_end_will_say_so(tmp_path):
    paths = Out(tmp_path).study("synthetic")
    write_study(paths.records, 0)
    finish.draft(paths, SimpleNamespace(some_time=lambda job: job(SimpleNamespace(finish=lambda log, files: None))))
    assert not paths.report.exists()


def test_mlflow_hears_the_end_of_a_study_that_has_nothing_to_report(tmp_path):
    paths, told = Out(tmp_path).study("synthetic"), []
    records = write_study(paths.records, 3)
    diverged(records.log)
    tracking = SimpleNamespace(runs=lambda log: {}, finish=lambda log, *given: told.append(len(log.ended)))
    with pytest.raises(UserError, match="3 of 3 trials diverged"):
        finish.finish(records, paths, tracking)
    assert [3] == told
