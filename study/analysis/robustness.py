"""Whether a front holds: what is left of it on pictures that no search saw, and between which two it may lie.

The optimistic front goes through the lower ends of its points' intervals, the pessimistic one through the upper ends
(Feurer et al. 2023).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, log

import numpy as np

from ganprune.objective import Objectives
from ganprune.point import Point
from study.analysis import pareto
from study.analysis.intervals import ScoredAgain, training
from study.records.study import StudyLog

SHRUNK = 0.02  # of the hypervolume: a loss of less than that is told as holding
FEWEST_RANKED = 4  # points that a rank correlation says something of


@dataclass(frozen=True)
class Rescored:
    """The front, as far as it was scored again, on `search` and on `report`."""

    points: int  # that were scored again
    front: int  # points of the whole front
    stayed: tuple[str, ...]  # ids of those that no other of them dominates on `report`
    hypervolume_search: float
    hypervolume_report: float
    worse_by: float | None  # quality under other seeds over that under the one that was picked, less 1
    trainings: int  # with other seeds
    diverged: int  # of these
    agreement: float | None  # rank correlation of quality on `search` and the referee's

    @property
    def shrinks(self) -> bool:
        return self.hypervolume_report < (1 - SHRUNK) * self.hypervolume_search

    @property
    def sentence(self) -> str:
        areas = f"{self.hypervolume_search:.3f} → {self.hypervolume_report:.3f}"
        whole = f" of {self.front} that are on it" if self.points < self.front else ""
        return (
            f"Scored again on pictures that no search saw, the front {'shrinks' if self.shrinks else 'holds'}:"
            f" hypervolume {areas}, {len(self.stayed)} of {self.points} points{whole} stay on it."
        )

    @property
    def more(self) -> str:
        """What other seeds and another network say; empty where neither was asked."""
        sentences = [self._of_seeds] if self.trainings else []
        if self.agreement is not None:
            sentences.append(f"A second feature network orders its points with rank correlation {self.agreement:.2f}.")
        return " ".join(sentences)

    @property
    def _of_seeds(self) -> str:
        told = f"{self.trainings} training{'s' if self.trainings > 1 else ''}"
        told += f", {self.diverged} of which diverged" if self.diverged else ""
        if self.worse_by is None:
            return f"Trained again from other seeds, its settings gave nothing ({told})."
        change = f"{abs(self.worse_by):.1%} {'worse' if self.worse_by > 0 else 'better'}".replace("%", "\u00a0%")
        return f"Trained again from other seeds ({told}), its settings score {change} than from the seed picked."


@dataclass(frozen=True)
class Band:
    """The best quality that is had at the cost of each point or a smaller one, if all goes well and if nothing does."""

    points: list[Point]  # from the dearest to the cheapest
    optimistic: np.ndarray  # (n,) of the quality
    pessimistic: np.ndarray  # infinite where a training diverged

    @property
    def sparsity(self) -> list[float]:
        return [point.sparsity for point in self.points]


def rescored(log: StudyLog, again: Sequence[ScoredAgain], front: int, by: Objectives = Objectives()) -> Rescored | None:
    """`again`: of the `front` points of the front, those that were scored again; None: none that saves."""
    again = [each for each in again if each.own]
    if not any(by.saved(each.point) > 0 for each in again):
        return None
    then, now = [each.point for each in again], [each.rescored for each in again]
    others = [(_training(log, each), other) for each in again for other in each.others]
    return Rescored(
        points=len(again),
        front=front,
        stayed=tuple(point.id for point in pareto.front(now, by)),
        hypervolume_search=pareto.hypervolume(then, by),
        hypervolume_report=pareto.hypervolume(now, by),
        worse_by=worse_by(again),
        trainings=len({(whose, other.seed) for whose, other in others}),
        diverged=len({(whose, other.seed) for whose, other in others if other.score == inf}),
        agreement=_agreement(again),
    )


def _training(log: StudyLog, each: ScoredAgain) -> Hashable:
    return training(log.trials[each.point.trial].settings)


def worse_by(again: Sequence[ScoredAgain]) -> float | None:
    """How much worse settings score under other seeds than under the one that was picked: 0.04 is 4 %."""
    ratios = [other.score / each.own.score for each in again for other in each.others]
    logs = [log(ratio) for ratio in ratios if ratio > 0 and isfinite(ratio)]
    return exp(sum(logs) / len(logs)) - 1 if logs else None


def _agreement(again: Sequence[ScoredAgain]) -> float | None:
    """Spearman's; no two points of a front score the same."""
    known = [each for each in again if each.own.referee is not None]
    scores = [(each.point.scores[each.own.metric], each.own.referee) for each in known]
    if len(scores) < FEWEST_RANKED:
        return None
    ranks = np.argsort(np.argsort(scores, axis=0), axis=0)
    return float(1 - 6 * np.sum(np.diff(ranks) ** 2) / (len(ranks) ** 3 - len(ranks)))


def band(again: Sequence[ScoredAgain]) -> Band | None:
    """`again`: points of the front, from the dearest to the cheapest."""
    known = [each for each in again if each.interval]
    if not known:
        return None
    lows, highs = np.array([each.interval for each in known]).T
    return Band([each.point for each in known], _stairs(lows), _stairs(highs))


def _stairs(values: np.ndarray) -> np.ndarray:
    """A point serves every demand to save less."""
    return np.minimum.accumulate(values[::-1])[::-1]
