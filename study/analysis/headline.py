"""The headline of a study: the cheapest point whose quality is within 10 % of dense, and what is sure of it.

The scores that count are those on `report`, which no search saw, wherever the best dense generator and pruned points
were scored there; else the search's own, which flatter what they picked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import mean

from ganprune.objective import Objectives
from ganprune.point import Point
from study.analysis import pareto
from study.analysis.intervals import ScoredAgain

WITHIN = 0.1  # of the dense model's quality: what the headline may cost
Range = tuple[float, float]


@dataclass(frozen=True)
class Headline:
    """The front held against dense; both carry the scores that count."""

    by: Objectives  # held against that dense generator
    dense: Point  # the best of the study, not the point's own: else the worse a GAN was trained, the more it could lose
    front: list[Point]  # from the dearest to the cheapest
    again: Mapping[str, Point]  # by id, every point as `report` sees it; empty where the search's scores count
    reach: Mapping[str, float]  # by id: half of the 95 % interval of a point's score, relative to it; where it is known
    borrowed: bool = False  # whether that was measured in another study

    @property
    def quality(self) -> str:
        return self.by.quality.metric

    @property
    def point(self) -> Point | None:
        return self._cheapest(self.change)

    @property
    def range(self) -> Range | None:
        """What is saved surely within the limit, and what may be; None where no interval is known."""
        if not all(point.id in self.reach for point in (self.dense, *self.front)):
            return None
        ends = (self._cheapest(lambda point, end=end: self.change_range(point)[end]) for end in (1, 0))
        low, high = (self.saved(point) if point else 0.0 for point in ends)
        return low, high

    def saved(self, point: Point) -> float:
        """The share of the dense generator's cost; none where it costs more."""
        return max(0.0, self.by.saved(point))

    def seen(self, point: Point) -> Point:
        """The point with the scores that count."""
        return self.again.get(point.id, point)

    def change(self, point: Point) -> float:
        """0.06 is 6 % worse than dense."""
        return point.scores[self.quality] / self.dense.scores[self.quality] - 1

    def change_range(self, point: Point) -> Range | None:
        """95 % of the time. Both scores are of the same latents, so that what moves one moves the other: the wider of
        their intervals holds for the ratio."""
        if point.id == self.dense.id:
            return 0.0, 0.0
        change, reach = self.change(point), self.reach_of(point)
        return None if reach is None else (change - reach, change + reach)

    def reach_of(self, point: Point) -> float | None:
        """Half of the interval of its change."""
        known = [self.reach.get(each.id) for each in (point, self.dense)]
        return None if None in known else max(known)

    def _cheapest(self, cost: Callable[[Point], float]) -> Point | None:
        near = [point for point in self.front if cost(point) <= WITHIN]
        return near[-1] if near else None


def headline(points: Sequence[Point], by: Objectives, confirmed: Mapping[str, ScoredAgain] = {}) -> Headline | None:
    """In the scores that count; None where no dense generator was scored."""
    by, dense, front = pareto.weigh(points, by)
    own = _own(confirmed)
    if not dense or dense.id not in own or not any(point.id in own and by.saved(point) > 0 for point in front):
        return by_search(points, by, confirmed)
    again = {name: each.rescored for name, each in own.items()}
    then = [again[point.id] for point in front if point.id in again]
    reach = {name: _reach(each) for name, each in own.items()}
    return Headline(by, again[dense.id], pareto.front(then, by), again, reach)


def by_search(points: Sequence[Point], by: Objectives, confirmed: Mapping[str, ScoredAgain] = {}) -> Headline | None:
    """In the scores that the search saw; how far they are off is seen of this study's own, where some were taken again,
    else of CIFAR-10's."""
    by, dense, front = pareto.weigh(points, by)
    own = _own(confirmed).values()
    if not dense:
        return None
    here = mean(_reach(each) * sqrt(each.own.n_samples / 1000) for each in own) if own else None
    at_1000 = here or by.quality.noise
    reach = {point.id: at_1000 * sqrt(1000 / point.n_samples) for point in points} if at_1000 else {}
    return Headline(by, dense, front, {}, reach, borrowed=not here)


def _own(confirmed: Mapping[str, ScoredAgain]) -> dict[str, ScoredAgain]:
    """The very generators that have a score on `report`, of which shares can be told."""
    return {name: each for name, each in confirmed.items() if each.own and 0 < each.own.score < inf}


def _reach(each: ScoredAgain) -> float:
    low, high = each.file
    return (high - low) / 2 / each.own.score
