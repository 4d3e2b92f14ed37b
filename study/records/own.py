"""A method's own settings, as a point was made at them."""

from typing import Any

from ganprune.point import Point
from study.records.study import StudyLog


def own_settings(point: Point, log: StudyLog) -> dict[str, Any]:
    """The trial's, but the point's own threshold where its method has one."""
    own = log.trials[point.trial].settings.prune.own
    return own | ({} if point.threshold is None else {"threshold": point.threshold})


def spelled(own: dict[str, Any]) -> str:
    values = {name: f"{value:g}" if isinstance(value, float) else value for name, value in own.items()}
    return ", ".join(f"{name} {value}" for name, value in values.items())
