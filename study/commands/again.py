"""Commands that make something again from a study's records: its report, its place in MLflow."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ganprune.errors import UserError, instead
from study.records.journal import Records, read
from study.records.lock import only_driver
from study.records.paths import Out, StudyPaths
from study.records.study import StudyLog
from study.report.write import write_report
from study.settings.arguments import Asked
from study.tracking.server import tracking_uri, without_secrets


def known_study(given: Asked) -> tuple[StudyLog, StudyPaths]:
    """The records of the study that is asked for; UserError where there are none."""
    paths = Out(given.out.resolve()).study(given.study_name)
    log = read(paths.records)
    if not log.header:
        there = Out(given.out).studies
        what = instead(given.study_name, there) if there else "run make study first"
        raise UserError(f"NAME={given.study_name}: there is no such study in {given.out}; {what}")
    return log, paths


def report_again(given: Asked) -> Path:
    """Its page; needs neither ray nor torch nor a tracking server."""
    log, paths = known_study(given)
    return write_report(log, paths)


def sync_again(given: Asked, tell: Callable[[str], None]) -> str:
    """The address of the MLflow that is now equal to the records."""
    from study.commands.finish import finish
    from study.tracking.client import failures
    from study.tracking.runs import Tracking

    log, paths = known_study(given)
    uri = tracking_uri(given.tracking_uri, Out(paths.root.parent))
    with only_driver(paths, tell), failures(uri):
        tracking = Tracking(uri, log.header, paths)
        for trial in log.ended:
            tracking.trial(trial)
        with closing(Records(paths.records)) as records:
            finish(records, paths, tracking, onnx_for_all=True)
    return without_secrets(uri)
