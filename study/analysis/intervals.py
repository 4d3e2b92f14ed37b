"""What of a point is luck: it is scored again on pictures that no search saw, its settings are trained again.

Two intervals, two claims. `file`: what this very generator scores with other latents. `setting`: what the same settings
score when trained from one more seed; the seed that brought the point onto the front takes no part in it, since the
best of many equal trainings flatters itself (Schneider et al. 2025).
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, sqrt

import numpy as np

from ganprune.config import TrialSettings
from ganprune.identity import Identity, identify
from ganprune.point import Confirmed, Point
from study.analysis.paired import quantile
from study.records.study import StudyLog

CONFIDENCE = 0.95  # of both intervals
TOLD = ("report", "referee", "file_lo", "file_hi", "setting_lo", "setting_hi")  # of a point that was scored again

Interval = tuple[float, float]


@dataclass(frozen=True)
class ScoredAgain:
    """A point, and what became of it."""

    point: Point
    own: Confirmed | None  # its very generator
    others: tuple[Confirmed, ...]  # its settings trained from other seeds
    setting: Interval | None

    @property
    def file(self) -> Interval | None:
        return self.own and (self.own.lo, self.own.hi)

    @property
    def interval(self) -> Interval | None:
        """The wider claim where it can be made."""
        return self.setting or self.file

    @property
    def rescored(self) -> Point | None:
        """The point as `report` sees it."""
        if not self.own:
            return None
        own = self.own
        scores = self.point.scores | {own.metric: own.score, "skill": own.skill, "coverage": own.coverage}
        able = self.point.eligible and own.skill > 0
        return replace(self.point, scores=scores, n_samples=own.n_samples, eligible=able)

    def row(self) -> dict[str, float | None]:
        """By TOLD."""
        scores = (self.own.score, self.own.referee) if self.own else (None, None)
        return dict(zip(TOLD, (*scores, *(self.file or (None, None)), *(self.setting or (None, None))), strict=True))


def column(quality: str, told: str) -> str:
    """What tables call one of TOLD."""
    return f"{quality}_{told}"


def confirmations(log: StudyLog) -> dict[str, ScoredAgain]:
    """By point id, every point that was scored again; each was on the front when that was done."""
    points, told = _points(log), defaultdict(dict)
    for (name, seed), confirmed in log.confirmed.items():
        told[name][seed] = confirmed
    settings = {name: log.trials[point.trial].settings for name, point in points.items()}
    own = {name: told[name].pop(settings[name].train.seed, None) for name in points}
    others = {name: tuple(told[name].values()) for name in points}
    scores = {name: [each.score for each in others[name]] for name in points}
    intervals = setting_intervals(scores, {name: training(settings[name]) for name in points})
    return {name: ScoredAgain(points[name], own[name], others[name], intervals.get(name)) for name in points}


def _points(log: StudyLog) -> dict[str, Point]:
    wanted = {name for name, _ in log.confirmed}
    return {name: trial.points[name] for trial in log.trials.values() for name in trial.points.keys() & wanted}


def training(settings: TrialSettings) -> Identity:
    """What trials have in common that train the same GAN, but for the seed and how long.

    What acts meanwhile, which torch alone could tell, is left out: that never narrows an interval.
    """
    return identify(settings.model, settings.train).of_any_seed


def setting_intervals(scores: Mapping[str, Sequence[float]], trainings: Mapping[str, Hashable]) -> dict[str, Interval]:
    """95 % prediction intervals, by point, of what its settings score when trained once more.

    `scores`: by point, the scores of its settings under other seeds; `trainings`: what each point's settings train.
    Scores are log-normal about each point's own mean with one variance for all, pooled over points. Points of one
    training move together, so that its degrees of freedom count once. Without any there is no interval. Where a
    training diverged, which scores infinity, the interval has no upper end.
    """
    logs = {name: np.log([score for score in each if 0 < score < inf]) for name, each in scores.items()}
    reach = _reach([each for each in logs.values() if len(each)], _freedom(logs, trainings))
    return {name: ends for name in scores if (ends := _ends(logs[name], reach, inf in scores[name]))}


def _freedom(logs: Mapping[str, np.ndarray], trainings: Mapping[str, Hashable]) -> int:
    by_training: dict[Hashable, int] = defaultdict(int)
    for name, each in logs.items():
        by_training[trainings[name]] = max(by_training[trainings[name]], len(each) - 1)
    return sum(by_training.values())


def _reach(logs: Sequence[np.ndarray], freedom: int) -> float | None:
    """Student's quantile times the pooled standard deviation; None: it can't be known."""
    if not freedom:
        return None
    variance = sum(len(each) * each.var() for each in logs) / sum(len(each) - 1 for each in logs)
    return quantile(freedom, 1 - CONFIDENCE) * sqrt(variance)


def _ends(logs: np.ndarray, reach: float | None, diverged: bool) -> Interval | None:
    """A new score is off the mean of n others by both its own deviation and theirs."""
    if len(logs) and reach is not None:
        away = reach * sqrt(1 + 1 / len(logs))
        return exp(logs.mean() - away), inf if diverged else exp(logs.mean() + away)
    return (exp(min(logs, default=inf)), inf) if diverged else None
