"""Studies that lack what most have, made of one that has it all."""

from collections.abc import Callable
from dataclasses import replace

from ganprune.point import Point
from study.records.study import StudyLog


def unended(log: StudyLog) -> None:
    """Its first trials run."""
    for trial in log.trials.values():
        trial.points, trial.ended = {}, None


def diverged(log: StudyLog) -> None:
    """No trial scored a point."""
    for trial in log.trials.values():
        trial.points, trial.ended = {}, replace(log.trials[0].ended, state="diverged", reason="loss is not finite")


def without_front(log: StudyLog) -> None:
    _change(log, lambda point: replace(point, eligible=False))


def without_dense(log: StudyLog) -> None:
    """As where all its methods own their training."""
    _change(log, lambda point: point if point.target != 0 else None)


def _change(log: StudyLog, change: Callable[[Point], Point | None]) -> None:
    for trial in log.trials.values():
        changed = {name: change(point) for name, point in trial.points.items()}
        trial.points = {name: point for name, point in changed.items() if point}


POOR = (unended, diverged, without_front, without_dense)
