"""The story of `make export`: one point of a study, made again from its records, as files to deploy."""

from collections.abc import Callable
from pathlib import Path

from ganprune.errors import UserError
from ganprune.point import Point
from study.again import known_study
from study.findings import Findings, findings
from study.folders import replace_folder
from study.paths import StudyPaths
from study.point_files import point_files
from study.spec import Asked

NAMED = 3  # points that an error names


def export_point(given: Asked, point_id: str | None, say: Callable[[str], None]) -> Path:
    """Fill `OUT/<NAME>/export/<POINT>/`, whole or not at all; without a point, the knee of the front is taken.

    UserError when the study, the point or what it was made from is not there.
    """
    log, paths = known_study(given)
    point = chosen(findings(log), point_id, paths)
    say(f"exporting {point.id}: {point.sparsity:.1%} sparse" + ("" if point_id else ", the knee of the front"))
    folder = replace_folder(paths.export / point.id, point_files(point, log, paths))
    say(f"files: {folder}")
    return folder


def chosen(found: Findings, point_id: str | None, paths: StudyPaths) -> Point:
    """The point of this id, or the knee."""
    points, all_of_them = {point.id: point for point in found.points}, paths.report / "points.csv"
    if point_id is None:
        if found.knee is None:
            raise UserError(f"NAME={found.name}: {found.sentence} POINT=<id> exports any of those in {all_of_them}")
        return found.knee
    if point_id not in points:
        some = ", ".join([point.id for point in found.front or found.points][-NAMED:]) or "none yet"
        raise UserError(
            f"POINT={point_id}: study {found.name} has no such point; it has {some}; all are in {all_of_them}"
        )
    return points[point_id]
