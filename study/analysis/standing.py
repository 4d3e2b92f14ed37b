"""How a training stands at an epoch: what its curve reaches at the few sparsities of a look."""

from collections.abc import Iterable, Mapping
from math import inf, isfinite, nan

import numpy as np

from ganprune.config import RUNG_TARGETS
from ganprune.cost_axis import cost_axis
from ganprune.objective import SPARSITY, Objectives
from ganprune.point import Point
from study.analysis.pareto import area_of

Standing = tuple[float, float]  # larger is better: the area of its curve, its best skill
DIVERGED = (0.0, -inf)  # behind all others


def takes_part(point: Point) -> bool:
    """Whether curves are compared at this point."""
    at_a_target = point.threshold is None or point.target in RUNG_TARGETS
    return at_a_target and isfinite(point.scores.get("skill", nan))


def saved_at(point: Point, by: Objectives) -> float:
    """Sparsity is compared at the very targets of a look or, where a method solves for none, at the point's own."""
    if by.cost.metric != SPARSITY:
        return by.saved(point)
    return point.sparsity if point.threshold is None else point.target


def corners_of(skills: Mapping[float, float]) -> np.ndarray:
    """(n, 2): cost and skill, of skills by what is saved."""
    return np.array([(float(cost_axis(saved)), skill) for saved, skill in skills.items()])


def standing(corners: np.ndarray) -> Standing:
    return area_of(corners), corners[:, 1].max().item()


def standing_of(points: Iterable[Point], by: Objectives) -> Standing | None:
    """None where nothing could be scored."""
    skills: dict[float, float] = {}
    for point in filter(takes_part, points):
        saved = saved_at(point, by)
        skills[saved] = max(skills.get(saved, -inf), point.scores["skill"])
    return standing(corners_of(skills)) if skills else None
