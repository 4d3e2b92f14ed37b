"""The report of a study, made from its records alone: no ray, no torch, no tracking server, no GPU."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ganprune.errors import UserError, cannot_write
from study.analysis.findings import Findings, findings
from study.analysis.nothing import why
from study.records.paths import StudyPaths
from study.records.study import StudyLog
from study.report.page import page
from study.report.plots import paper_figures
from study.report.tables import columns_md, null_csv, pareto_csv, pareto_json, points_csv


def write_report(log: StudyLog, paths: StudyPaths) -> Path:
    """Fill `paths.report` and return its index.html; the same records give the same bytes."""
    _check(log, paths)
    found = findings(log)
    _write(paths.report, _files(found, paths))
    return paths.report / "index.html"


def _check(log: StudyLog, paths: StudyPaths) -> None:
    if not log.ended:
        raise UserError(f"{paths.root}: no trial has ended: make study goes on, a busy machine wants more TIME")
    if not log.points:
        raise UserError(f"{paths.root}: {why(log)}; details are in {paths.log}")


def _files(found: Findings, paths: StudyPaths) -> dict[str, Iterable[str] | bytes]:
    """By name; the page last: once it is new, all it names is."""
    figures = paper_figures(found, paths)
    tables = {
        "pareto.csv": pareto_csv(found),
        "points.csv": points_csv(found),
        "null.csv": null_csv(found),
        "columns.md": columns_md(found),
        "pareto.json": [pareto_json(found)],
    }
    first = paths.first_epoch
    shown = {first.name: first.read_bytes()} if first.exists() else {}
    return figures | tables | shown | {"index.html": [page(found, paths, figures["front.png"])]}


def _write(folder: Path, files: dict[str, Iterable[str] | bytes]) -> None:
    """Each file whole under another name, then renamed: a kill leaves the old report."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".report-") as fresh:
            for name, content in files.items():
                _write_file(Path(fresh, name), content)
            for name in files:
                os.replace(Path(fresh, name), folder / name)
    except OSError as error:
        raise cannot_write(folder, error) from None


def _write_file(path: Path, content: Iterable[str] | bytes) -> None:
    with path.open("wb") as file:
        file.writelines([content] if isinstance(content, bytes) else map(str.encode, content))
