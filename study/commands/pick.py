"""The story of `make pick`: the study's answer, or the smallest point within limits, is told; nothing is written."""

from collections.abc import Callable

from ganprune.errors import UserError, instead
from ganprune.point import Point
from study.analysis.figures import percent
from study.analysis.findings import Findings, findings
from study.analysis.pick import candidate, pick
from study.analysis.verdict import LIMIT
from study.commands.again import known_study
from study.records.paths import StudyPaths
from study.settings.arguments import Asked
from study.settings.limits import all_of
from study.settings.variables import typed

COSTS = ("MAX_BYTES", "MAX_LATENCY")  # told beside quality


def pick_point(given: Asked, say: Callable[[str], None]) -> None:
    """Say which point it is, what it costs, what may be had instead, and how to export it.

    UserError when the study or the point is not there, or no point keeps all limits.
    """
    log, paths = known_study(given)
    found = findings(log)
    point, role = chosen(found, given, paths)
    say(f"{point.id}: {percent(point.sparsity)} sparse{role}")
    say(candidate(point, found).told(COSTS))
    for sentence in (found.dense and found.counted.price(point), found.instead_of(point)):
        if sentence:
            say(sentence)
    asked = {limit.variable: limit.text for limit in given.limits} or {"point": point.id}
    say(f"next: {typed('export', {'name': found.name} | asked)}")


def chosen(found: Findings, given: Asked, paths: StudyPaths) -> tuple[Point, str]:
    """The point of an id, within limits, or the study's answer; and what it is to the study, in words to go on with."""
    if given.point and given.limits:
        raise UserError(
            f"POINT={given.point} beside {all_of(given.limits)}: limits pick a point; give one or the other"
        )
    if given.point:
        point = _of_id(given.point, found, paths)
        return point, role(point, found)
    if not found.answer:
        others = f" POINT=<id> takes any of those in {paths.report / 'points.csv'}" if found.points else ""
        raise UserError(f"NAME={found.name}: {found.sentence}{others}")
    if given.limits:
        picked = pick(found, given.limits)
        return picked.point, f", {picked.sentence}"
    return found.answer, role(found.answer, found)


def _of_id(name: str, found: Findings, paths: StudyPaths) -> Point:
    points, all_of_them = {point.id: point for point in found.points}, paths.report / "points.csv"
    if name not in points:
        what = instead(name, points) if points else "it has none yet"
        raise UserError(f"POINT={name}: study {found.name} has no such point; {what}; all are in {all_of_them}")
    return points[name]


def role(point: Point, found: Findings) -> str:
    """What it is to the study."""
    if point != found.answer:
        return ""
    if point == found.headline:
        return f", the headline of {found.name}"
    why = f"no pruned point is within {LIMIT} of dense" if found.dense else "no dense generator was scored"
    return f", the knee of {found.name}: {why}"
