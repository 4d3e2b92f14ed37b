"""The story of `make export`: one point of a study, made again from its records, as files to deploy."""

from collections.abc import Callable
from pathlib import Path

from study.analysis.figures import percent
from study.analysis.findings import findings
from study.commands.again import known_study
from study.commands.pick import chosen
from study.records.folders import replace_folder
from study.report.point_files import point_files
from study.settings.arguments import Asked


def export_point(given: Asked, say: Callable[[str], None]) -> Path:
    """Fill `OUT/<NAME>/export/<POINT>/`, whole or not at all; without a point or limits, with the study's answer.

    UserError when the study, the point or what it was made from is not there, or no point keeps all limits.
    """
    log, paths = known_study(given)
    found = findings(log)
    point, role = chosen(found, given, paths)
    say(f"exporting {point.id}: {percent(point.sparsity)} sparse{role}")
    folder = replace_folder(paths.export / point.id, point_files(point, found, paths))
    say(f"files: {folder}")
    return folder
