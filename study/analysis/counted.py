"""Scores as they count: those on `report`, which no search saw, wherever a point and dense have them; else the search's
own, which both have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ganprune.objective import Objectives
from ganprune.point import Point
from study.analysis import verdict
from study.analysis.headline import Headline, by_search, headline
from study.analysis.intervals import ScoredAgain


@dataclass(frozen=True)
class Counted:
    """Of a study's points; `by`: held against its best dense generator."""

    points: Sequence[Point]
    by: Objectives
    again: Mapping[str, ScoredAgain]  # by id, those that were scored again

    @cached_property
    def headline(self) -> Headline | None:
        """The front in scores that count; None where no dense generator was scored."""
        return headline(self.points, self.by, self.again)

    def score(self, point: Point) -> float:
        return self._seen(point).scores[self.by.quality.metric]

    def skill(self, point: Point) -> float:
        return self._seen(point).scores.get("skill", 0.0)

    def _seen(self, point: Point) -> Point:
        return self.headline.seen(point) if self.headline else point

    def change(self, point: Point) -> float:
        """Its quality against dense, where one was scored: 0.06 is 6 % worse."""
        held = self._held(point)
        return held.change(held.seen(point))

    def price(self, point: Point) -> str:
        """The same in words: how sure it is, and whose scores say so."""
        held = self._held(point)
        return f"{verdict.cost(held, held.seen(point))} {verdict.scored_by(held, bool(self.again))}"

    def _held(self, point: Point) -> Headline:
        """Against dense, by scores that both have."""
        again = self.headline.again
        return self._by_search if again and point.id not in again else self.headline

    @cached_property
    def _by_search(self) -> Headline:
        return by_search(self.points, self.by, self.again)

    @property
    def sentence(self) -> str:
        return verdict.sentence(self.headline)

    @property
    def scored_by(self) -> str:
        """Whose scores the sentence tells."""
        return verdict.scored_by(self.headline, bool(self.again))
