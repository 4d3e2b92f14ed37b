"""A report is made from records alone, and is whole or not there."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ganprune.errors import UserError
from study.records.paths import StudyPaths
from study.records.study import StudyLog
from study.report.write import write_report
from tests.study.poor_studies import without_dense
from tests.study.report.reading import FILES, rows_of
from tests.study.scored_again import score_again

WITHOUT = """
import sys
for name in ("ray", "torch", "mlflow", "optuna"):
    sys.modules[name] = None  # importing it fails
from pathlib import Path
from study.records.paths import StudyPaths
from study.records.journal import read
from study.report.write import write_report
from tests.study.report.reading import FILES
paths = StudyPaths(Path(sys.argv[1]))
write_report(read(paths.records), paths)
"""


def test_the_report_has_its_files_and_leaves_nothing_else(written):
    assert {file.name for file in written.report.iterdir()} == FILES
    assert {file.name for file in written.root.iterdir()} == {"records", "report"}


def test_a_setting_that_diverged_when_trained_again_breaks_nothing(log, tmp_path):
    score_again(log)
    for (name, seed), each in log.confirmed.items():
        log.confirmed[name, seed] = replace(each, score=float("inf")) if seed else each
    write_report(log, StudyPaths(tmp_path))
    json.loads((StudyPaths(tmp_path).report / "pareto.json").read_text(), parse_constant=pytest.fail)


def test_the_same_records_give_the_same_bytes(written, log, tmp_path):
    again = StudyPaths(tmp_path)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "samples").symlink_to(written.samples)
    log.runs = {trial: f"run{trial}" for trial in range(6)}
    write_report(log, again)
    for name in FILES:
        assert (written.report / name).read_bytes() == (again.report / name).read_bytes(), name


def test_the_report_needs_neither_ray_nor_torch_nor_mlflow(written, tmp_path):
    copy = tmp_path / "digits"
    (copy / "records").mkdir(parents=True)
    (copy / "records" / "study.jsonl").write_bytes(written.records.read_bytes())
    StudyPaths(copy).first_epoch.write_bytes(b"of a translation")
    subprocess.run([sys.executable, "-c", WITHOUT, copy], check=True)
    assert (copy / "report" / "index.html").exists()
    assert b"of a translation" == (copy / "report" / "first-epoch.png").read_bytes()


def test_scores_that_are_not_finite_break_nothing(log, tmp_path):
    _rescore(log, fcd=float("nan"), skill=float("-inf"), ssim=float("inf"))
    for trial in log.trials.values():
        trial.points = {name: replace(point, eligible=False) for name, point in trial.points.items()}
    paths = StudyPaths(tmp_path)
    assert "There is no front to show" in write_report(log, paths).read_text()
    json.loads((paths.report / "pareto.json").read_text(), parse_constant=pytest.fail)


def test_a_study_without_a_dense_generator_tells_its_front_all_the_same(log, tmp_path):
    score_again(log)
    without_dense(log)
    told = write_report(log, StudyPaths(tmp_path)).read_text()
    assert "No dense generator was scored, so nothing can be held against it." in told
    assert rows_of(StudyPaths(tmp_path), "pareto.csv")


def test_a_study_without_an_ended_trial_is_refused_in_one_line(tmp_path):
    with pytest.raises(UserError, match=r"^.*no trial has ended.*$"):
        write_report(StudyLog(), StudyPaths(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_study_without_a_point_is_refused_in_one_line(log, tmp_path):
    for trial in log.trials.values():
        trial.points, trial.ended = {}, replace(trial.ended, state="diverged", reason="loss is not finite")
    with pytest.raises(UserError, match=r"^.*12 of 12 trials diverged .*SPACE.*$"):
        write_report(log, StudyPaths(tmp_path))


def test_a_report_that_can_not_be_written_leaves_the_old_one_whole(log, tmp_path, monkeypatch):
    paths = StudyPaths(tmp_path)
    write_report(log, paths)
    old = {file.name: file.read_bytes() for file in paths.report.iterdir()}
    monkeypatch.setattr("study.report.write.Path.open", _disk_full_at_the_page)
    log.trials.popitem()
    with pytest.raises(UserError, match="No space left"):
        write_report(log, paths)
    assert old == {file.name: file.read_bytes() for file in paths.report.iterdir()}
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


def _rescore(log: StudyLog, **scores: float) -> None:
    for trial in log.trials.values():
        points = trial.points.items()
        trial.points = {name: replace(point, scores=point.scores | scores) for name, point in points}


def _disk_full_at_the_page(file: Path, mode: str, **how):
    if file.name == "index.html" and mode == "wb":
        raise OSError(28, "No space left on device")
    return open(file, mode, **how)
