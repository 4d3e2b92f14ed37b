"""The story of `make export`: one point of a study, made again from its records, as files to deploy."""

from collections.abc import Callable
from pathlib import Path

from ganprune.errors import UserError, instead
from ganprune.point import Point
from study.analysis.figures import percent
from study.analysis.findings import Findings, findings
from study.analysis.verdict import LIMIT
from study.commands.again import known_study
from study.records.folders import replace_folder
from study.records.paths import StudyPaths
from study.report.point_files import point_files
from study.settings.arguments import Asked


def export_point(given: Asked, point_id: str | None, say: Callable[[str], None]) -> Path:
    """Fill `OUT/<NAME>/export/<POINT>/`, whole or not at all; without a point, the study's answer is taken.

    UserError when the study, the point or what it was made from is not there.
    """
    log, paths = known_study(given)
    found = findings(log)
    point = chosen(found, point_id, paths)
    say(f"exporting {point.id}: {percent(point.sparsity)} sparse{role(point, found)}")
    folder = replace_folder(paths.export / point.id, point_files(point, found, paths))
    say(f"files: {folder}")
    return folder


def role(point: Point, found: Findings) -> str:
    """What it is to the study."""
    if point != found.answer:
        return ""
    if point == found.headline:
        return f", the headline of {found.name}"
    return f", the knee of {found.name}: no pruned point is within {LIMIT} of dense"


def chosen(found: Findings, point_id: str | None, paths: StudyPaths) -> Point:
    """The point of this id, or the study's answer."""
    points, all_of_them = {point.id: point for point in found.points}, paths.report / "points.csv"
    if point_id is None:
        if found.answer is None:
            raise UserError(f"NAME={found.name}: {found.sentence} POINT=<id> exports any of those in {all_of_them}")
        return found.answer
    if point_id not in points:
        what = instead(point_id, points) if points else "it has none yet"
        raise UserError(f"POINT={point_id}: study {found.name} has no such point; {what}; all are in {all_of_them}")
    return points[point_id]
