"""The end of a study, and what can be made again at any time: its place in MLflow, its report."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ganprune.errors import UserError
from ganprune.point import Point
from study.analysis.findings import Findings, findings
from study.records.journal import Records, read
from study.records.paths import StudyPaths
from study.records.study import StudyLog
from study.report.card import CARD, card
from study.tracking.background import Spool

if TYPE_CHECKING:
    from study.tracking.models import Files
    from study.tracking.runs import Tracking


def finish(records: Records, paths: StudyPaths, tracking: Spool | Tracking, onnx_for_all: bool = False) -> Path:
    """Log what is not logged, write the report with MLflow's run ids, hand it to MLflow; the report's page.

    UserError where there is nothing to report, which MLflow is told as well.
    """
    from study.report.write import write_report  # with matplotlib: a second that no trial need wait for

    log = records.log
    if runs := tracking.runs(log):
        records.runs(runs)
    try:
        return write_report(log, paths)
    finally:
        tracking.finish(log, model_files(findings(log), paths), onnx_for_all)


def draft(paths: StudyPaths, spool: Spool) -> None:
    """Have the end begun, some time, from the records as they are then: what has not changed at the end is not made
    again, and what takes seconds to import is there. The answer may be another then, so its ONNX is left to the end.
    """
    spool.some_time(lambda tracking: _draft(read(paths.records), paths, tracking))


def _draft(log: StudyLog, paths: StudyPaths, tracking: Tracking) -> None:
    from study.report.write import write_report

    with suppress(UserError):  # which the end will tell
        write_report(log, paths)
    files = model_files(findings(log), paths)
    tracking.finish(log, lambda point, with_onnx: files(point, False))


def model_files(found: Findings, paths: StudyPaths) -> Files:
    """Gives a point's files; where they can't be made any more, its card and the pictures drawn when it was scored."""
    from study.report.point_files import SAMPLES, point_files  # with onnxruntime, which no trial needs

    def files(point: Point, with_onnx: bool) -> dict[str, bytes]:
        for onnx in (True, False) if with_onnx else (False,):
            with suppress(UserError):
                return point_files(point, found, paths, onnx)
        left = {CARD: card(point, found).encode()}
        strip = paths.strip(point.id)
        return left | ({SAMPLES: strip.read_bytes()} if strip.exists() else {})

    return files
