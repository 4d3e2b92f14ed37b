"""The front of a study and what is read off it: hypervolume, knee. Mathematics of points, nothing else.

What is saved of a cost is to be large, quality (a distance to real images) small. Only eligible points take part.
Areas are taken over the cost axis, skill upwards, reference (0, 0): equal feature network, splits and n assumed.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from math import isfinite, isnan, nan

import moocore
import numpy as np

from ganprune.cost_axis import cost_axis
from ganprune.objective import Objectives
from ganprune.point import Point
from study.records.study import StudyLog, TrialLog

UNDER_TRAINED = 0.5  # a dense model of less skill makes every curve flat
NOTHING = np.empty((0, 2))  # corners of no points


def front(points: Iterable[Point], by: Objectives = Objectives()) -> list[Point]:
    """The non-dominated among eligible points, from the dearest to the cheapest; of equal ones the first.

    Points as near as the noise of their cost, for weights 0.01 % of the dense ones, are one: the better quality stands
    for them.
    """
    return _apart(_not_dominated(points, by), by)


def _not_dominated(points: Iterable[Point], by: Objectives) -> list[Point]:
    able = [point for point in points if point.eligible and all(map(isfinite, by.values(point)))]
    if not able:
        return []
    corners = np.column_stack([by.all_saved(able), np.fromiter(map(by.quality.of, able), float)])
    kept = np.flatnonzero(moocore.is_nondominated(corners, maximise=[True, False]))
    return [able[index] for index in kept[np.argsort(corners[kept, 0], kind="stable")]]


def _apart(points: Iterable[Point], by: Objectives) -> list[Point]:
    """`points` get worse as they get cheaper, so that the first of those together is the best."""
    apart: list[Point] = []
    for point in points:
        if not apart or by.saved(point) - by.saved(apart[-1]) > by.cost.noise:
            apart.append(point)
    return apart


def weigh(points: Sequence[Point], by: Objectives) -> tuple[Objectives, Point | None, list[Point]]:
    """The objectives held against the best dense model; that; and the front.

    Of a search that could not measure its cost, its front by what was measured after it, once that is there.
    """
    best = dense(points, by)
    searched = front(points, by.searched.against(best))
    if by.cost.searched and (best is None or isnan(by.cost.of(best))):
        return by.searched.against(best), best, searched
    by = by.against(best)
    return by, best, front(searched if by.cost.searched else points, by)


def hypervolume(points: Iterable[Point], by: Objectives = Objectives()) -> float:
    """The area of skill over the cost axis that eligible points reach; 1 = real images for 1 % of the cost."""
    return area_of(_corners(points, by))


class LiveFront:
    """The front and its hypervolume, kept up as points come: what is beaten once never comes back."""

    def __init__(self, by: Objectives, points: Iterable[Point] = ()):
        self.by, self._dense = by, None
        self._best: list[Point] = []  # also those next to each other: which of them stands may change
        self.add(points)

    @property
    def front(self) -> list[Point]:
        return _apart(self._best, self.by)

    def add(self, points: Iterable[Point]) -> None:
        """The cost of this does not depend on how many came before."""
        points = list(points)
        self._dense = dense([*filter(None, [self._dense]), *points], self.by)
        self.by = self.by.against(self._dense)
        self._best = _not_dominated([*self._best, *points], self.by)

    @property
    def area(self) -> float:
        """Since skill falls with quality, no other point adds to it."""
        return hypervolume(self._best, self.by)


def hypervolume_history(log: StudyLog, by: Objectives = Objectives()) -> list[tuple[float, int, float]]:
    """(seconds run, pictures trained, hypervolume) when each trial ended.

    Seconds between a driver's last ended trial and the next driver's start are not counted.
    """
    images, area, reached, history = 0, 0.0, NOTHING, []
    ends = list(_ends(log))
    for (seconds, trial), corners in zip(ends, _corners_of_each([trial for _, trial in ends], by), strict=True):
        images += trial.ended.images
        before, reached = reached, _outermost(reached, corners)
        area = area if reached is before else area_of(reached)
        history.append((seconds, images, area))
    return history


def knee(front: list[Point], by: Objectives = Objectives()) -> Point | None:
    """Where the front bends: farthest below the straight line between its ends, both axes (cost, quality) scaled to
    [0, 1] (Satopää et al. 2011, "Kneedle"). Where nothing lies below, the point of the largest own hypervolume."""
    if not front:
        return None
    cost = cost_axis(by.all_saved(front))
    bend = _scaled(cost) - _scaled(np.array([by.quality.of(point) for point in front]))
    own = cost * [point.scores["skill"] for point in front]
    return front[np.lexsort((own, bend))[-1]]


def dense(points: Iterable[Point], by: Objectives = Objectives()) -> Point | None:
    """The best unpruned generator of the study."""
    whole = (point for point in points if point.target == 0 and isfinite(by.quality.of(point)))
    return min(whole, key=lambda point: (not point.eligible, by.quality.of(point)), default=None)


def _corners(points: Iterable[Point], by: Objectives) -> np.ndarray:
    """(n, 2): cost and skill of the eligible points."""
    able = [point for point in points if _has_corner(point, by)]
    return np.column_stack([cost_axis(by.all_saved(able)), np.fromiter((p.scores["skill"] for p in able), float)])


def _corners_of_each(trials: list[TrialLog], by: Objectives) -> list[np.ndarray]:
    """The corners of each trial, worked out at once: ten thousand small arrays would take seconds."""
    able = [[point for point in trial.points.values() if _has_corner(point, by)] for trial in trials]
    ends = np.cumsum([len(points) for points in able], dtype=int)
    return np.split(_corners(chain.from_iterable(able), by), ends)[:-1]


def _has_corner(point: Point, by: Objectives) -> bool:
    return point.eligible and isfinite(point.scores.get("skill", nan)) and isfinite(by.cost.of(point))


def _outermost(reached: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """(n, 2): those that no other covers, once these corners came; the very same array where none of them adds any."""
    covered = (reached[None] >= corners[:, None]).all(axis=2).any(axis=1)
    if covered.all():
        return reached
    reached = np.vstack([reached, corners[~covered]])
    return reached[moocore.is_nondominated(reached, maximise=True)]


def area_of(corners: np.ndarray) -> float:
    """What (n, 2) corners of cost and skill span with the reference (0, 0)."""
    return float(moocore.hypervolume(corners, ref=[0, 0], maximise=True)) if len(corners) else 0.0


def _scaled(values: np.ndarray) -> np.ndarray:
    return (values - values.min()) / (np.ptp(values) or 1)


def _ends(log: StudyLog) -> Iterable[tuple[float, TrialLog]]:
    """(seconds the study had run, trial) in the order of ends; a driver's start sets the clock's hand."""
    starts = [(call["time"], -1, None) for call in log.calls]
    ends = [(trial.ended.time, trial.number, trial) for trial in log.ended]
    seconds, hand = 0.0, None
    for time, _, trial in sorted(starts + ends, key=lambda event: event[:2]):
        if trial:
            seconds += time - (time if hand is None else hand)
            yield seconds, trial
        hand = time
