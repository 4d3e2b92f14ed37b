"""The front of a study and what is read off it: hypervolume, knee. Mathematics of points, nothing else.

Sparsity is to be large, quality (a distance to real images) small. Only eligible points take part.
Areas are taken over the cost axis, skill upwards, reference (0, 0): equal feature network, splits and n assumed.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from math import isfinite, nan

import moocore
import numpy as np

from ganprune.cost_axis import cost_axis
from ganprune.point import Point
from study.records.study import StudyLog, TrialLog

ONE = 1e-4  # of the prunable weights: points that differ by no more are one
UNDER_TRAINED = 0.5  # a dense model of less skill makes every curve flat
NOTHING = np.empty((0, 2))  # corners of no points


def front(points: Iterable[Point], quality: str = "fcd") -> list[Point]:
    """The non-dominated among eligible points, by rising sparsity; of equal ones the first.

    Points within 0.01 % of the dense weights are one, and the better quality stands for them.
    """
    return _apart(_not_dominated(points, quality))


def _not_dominated(points: Iterable[Point], quality: str) -> list[Point]:
    able = [point for point in points if point.eligible and isfinite(point.scores.get(quality, nan))]
    if not able:
        return []
    sparsity, value = _column(p.sparsity for p in able), _column(p.scores[quality] for p in able)
    corners = np.column_stack([sparsity, value])
    kept = np.flatnonzero(moocore.is_nondominated(corners, maximise=[True, False]))
    return sorted((able[index] for index in kept), key=lambda point: point.sparsity)


def _apart(points: Iterable[Point]) -> list[Point]:
    """`points` fall in quality as they rise in sparsity, so that the first of those together is the best."""
    apart: list[Point] = []
    for point in points:
        if not apart or point.sparsity - apart[-1].sparsity > ONE:
            apart.append(point)
    return apart


def hypervolume(points: Iterable[Point]) -> float:
    """The area of skill over the cost axis that eligible points reach; 1 = real images from 1 % of the weights."""
    return area_of(_corners(points))


class LiveFront:
    """The front and its hypervolume, kept up as points come: what is beaten once never comes back."""

    def __init__(self, quality: str, points: Iterable[Point] = ()):
        self._quality, self._reached = quality, NOTHING
        self._best: list[Point] = []  # also those next to each other: which of them stands may change
        self.add(points)

    @property
    def front(self) -> list[Point]:
        return _apart(self._best)

    def add(self, points: Iterable[Point]) -> None:
        """The cost of this does not depend on how many came before."""
        points = list(points)
        self._best = _not_dominated([*self._best, *points], self._quality)
        self._reached = _outermost(self._reached, _corners(points))

    @property
    def area(self) -> float:
        return area_of(self._reached)


def hypervolume_history(log: StudyLog) -> list[tuple[float, int, float]]:
    """(seconds run, pictures trained, hypervolume) when each trial ended.

    Seconds between a driver's last ended trial and the next driver's start are not counted.
    """
    images, area, reached, history = 0, 0.0, NOTHING, []
    ends = list(_ends(log))
    for (seconds, trial), corners in zip(ends, _corners_of_each([trial for _, trial in ends]), strict=True):
        images += trial.ended.images
        before, reached = reached, _outermost(reached, corners)
        area = area if reached is before else area_of(reached)
        history.append((seconds, images, area))
    return history


def knee(front: list[Point], quality: str = "fcd") -> Point | None:
    """Where the front bends: farthest below the straight line between its ends, both axes (cost, quality) scaled to
    [0, 1] (Satopää et al. 2011, "Kneedle"). Where nothing lies below, the point of the largest own hypervolume."""
    if not front:
        return None
    cost = cost_axis([point.sparsity for point in front])
    bend = _scaled(cost) - _scaled(np.array([point.scores[quality] for point in front]))
    own = cost * [point.scores["skill"] for point in front]
    return front[np.lexsort((own, bend))[-1]]


def dense(points: Iterable[Point], quality: str = "fcd") -> Point | None:
    """The best unpruned generator of the study."""
    whole = (point for point in points if point.target == 0 and isfinite(point.scores.get(quality, nan)))
    return min(whole, key=lambda point: (not point.eligible, point.scores[quality]), default=None)


def _corners(points: Iterable[Point]) -> np.ndarray:
    """(n, 2): cost and skill of the eligible points."""
    able = _with_skill(points)
    return np.column_stack([cost_axis(_column(p.sparsity for p in able)), _column(p.scores["skill"] for p in able)])


def _corners_of_each(trials: list[TrialLog]) -> list[np.ndarray]:
    """The corners of each trial, worked out at once: ten thousand small arrays would take seconds."""
    able = [_with_skill(trial.points.values()) for trial in trials]
    return np.split(_corners(chain.from_iterable(able)), np.cumsum([len(points) for points in able])[:-1])


def _with_skill(points: Iterable[Point]) -> list[Point]:
    return [point for point in points if point.eligible and isfinite(point.scores.get("skill", nan))]


def _column(values: Iterator[float]) -> np.ndarray:
    """(n,): without a Python object a row, which 200,000 points would pay for with seconds of garbage collection."""
    return np.fromiter(values, float)


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
