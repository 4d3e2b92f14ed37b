"""The end of a study, and what can be made again at any time: its place in MLflow, its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ganprune.errors import UserError
from ganprune.metrics.cost import stored_bytes
from ganprune.point import Point
from ganprune.rebuild import rebuild
from study.card import card
from study.findings import findings
from study.paths import Out, StudyPaths
from study.records import Records
from study.spool import Spool
from study.study_log import StudyLog

if TYPE_CHECKING:
    from study.tracking import Tracking, Weights


def finish(records: Records, paths: StudyPaths, tracking: Spool | Tracking) -> Path:
    """Log what is not logged, write the report with MLflow's run ids, hand it to MLflow; the report's page."""
    from study.report import write_report  # with matplotlib: a second that no trial need wait for

    log = records.log
    if runs := tracking.runs(log):
        records.runs(runs)
    page = write_report(log, paths, log.runs)
    found = findings(log)
    tracking.finish(log, stored_weights(log, paths), lambda point: card(point, found))
    return page


def stored_weights(log: StudyLog, paths: StudyPaths) -> Weights:
    """Gives a point's safetensors; None where they can't be made any more."""
    fingerprint, store = log.header["data"]["fingerprint"], Out(paths.root.parent).store

    def weights(point: Point) -> bytes | None:
        try:
            net = rebuild(
                point, log.trials[point.trial].settings, fingerprint, store, paths.kept(point.id), log.trained_on
            )
        except UserError:
            return None
        return stored_bytes(net)

    return weights
