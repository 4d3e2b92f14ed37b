"""The front of a study and what is read off it: hypervolume, knee, headline. Mathematics of points, nothing else.

Sparsity is to be large, quality (a distance to real images) small. Only eligible points take part.
Areas are taken over the cost axis, skill upwards, reference (0, 0): equal feature network, splits and n assumed.
"""

from collections.abc import Iterable
from math import inf, isfinite, nan, sqrt

import moocore
import numpy as np

from ganprune.point import Point
from study.records import StudyLog, TrialLog

WITHIN = 0.1  # of the dense model's quality: what the headline may cost
UNDER_TRAINED = 0.5  # a dense model of less skill makes every curve flat
# One standard deviation of a score taken again with 1,000 other images, measured on CIFAR-10; it falls with sqrt(n).
NOISE_AT_1000 = {"fcd": 0.023, "kcd": 0.085}


def front(points: Iterable[Point], quality: str = "fcd") -> list[Point]:
    """The non-dominated among eligible points, by rising sparsity; of equal ones the first."""
    able = [point for point in points if point.eligible and isfinite(point.scores.get(quality, nan))]
    if not able:
        return []
    corner = np.array([(point.sparsity, point.scores[quality]) for point in able])
    kept = np.flatnonzero(moocore.is_nondominated(corner, maximise=[True, False]))
    return sorted((able[index] for index in kept), key=lambda point: point.sparsity)


def cost_axis(sparsity):
    """Halvings of the weights, as a fraction of a hundredfold: log2(1 / (1 - sparsity)) / log2(100) in [0, 1]."""
    with np.errstate(divide="ignore"):
        return np.clip(np.log2(1 / (1 - np.asarray(sparsity, dtype=float))) / np.log2(100), 0, 1)


def hypervolume(points: Iterable[Point]) -> float:
    """The area of skill over the cost axis that eligible points reach; 1 = real images from 1 % of the weights."""
    return _area(_corners(points))


def hypervolume_history(log: StudyLog) -> list[tuple[float, int, float]]:
    """(seconds run, pictures trained, hypervolume) when each trial ended.

    Seconds between a driver's last ended trial and the next driver's start are not counted.
    """
    images, reached, history = 0, np.empty((0, 2)), []
    for seconds, trial in _ends(log):
        images += trial.ended.images
        reached = np.vstack([reached, _corners(trial.points.values())])
        reached = reached[moocore.is_nondominated(reached, maximise=True)]
        history.append((seconds, images, _area(reached)))
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


def headline(points: Iterable[Point], quality: str = "fcd", within: float = WITHIN) -> Point | None:
    """The sparsest point whose quality is within 10 % of dense.

    Dense is the best one of the study, not the point's own: else the worse a GAN was trained, the more it could lose.
    """
    points = list(points)
    reference = dense(points, quality)
    limit = reference.scores[quality] * (1 + within) if reference else -inf
    near = [point for point in front(points, quality) if point.scores[quality] <= limit]
    return near[-1] if near else None


def headline_range(points: Iterable[Point], quality: str = "fcd", within: float = WITHIN) -> tuple[float, float] | None:
    """The headline's sparsity if the limit moved by two standard deviations of re-scoring noise, down and up.

    It tells of fresh images alone, not of training again. None: the noise of this metric was never measured.
    """
    points = list(points)
    reference = dense(points, quality)
    noise = rescoring_noise(quality, reference.n_samples) if reference else None
    if noise is None:
        return None
    low, high = (headline(points, quality, within + shift) for shift in (-2 * noise, 2 * noise))
    return (low.sparsity if low else 0.0, high.sparsity if high else 0.0)


def rescoring_noise(quality: str, n_samples: int) -> float | None:
    """Relative standard deviation of a score taken again with other images."""
    at_1000 = NOISE_AT_1000.get(quality)
    return at_1000 and at_1000 * sqrt(1000 / n_samples)


def _corners(points: Iterable[Point]) -> np.ndarray:
    """(n, 2): cost and skill of the eligible points."""
    able = [(point.sparsity, point.scores.get("skill", nan)) for point in points if point.eligible]
    sparsity, skill = np.array(able, dtype=float).reshape(-1, 2).T
    corners = np.column_stack([cost_axis(sparsity), skill])
    return corners[np.isfinite(skill)]


def _area(corners: np.ndarray) -> float:
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
