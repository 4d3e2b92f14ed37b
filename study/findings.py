"""What a study found, worked out once from its records: the report's tables, plots and page only show it."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ganprune.point import NullLine, Point
from study import holds, pareto, smaller
from study.confirmed import ScoredAgain, confirmations
from study.study_log import StudyLog


@dataclass(frozen=True)
class Findings:
    """The front of `log`, what stands out on it, and what it has to be read with."""

    log: StudyLog
    quality: str  # the metric that was the objective
    points: list[Point]
    front: list[Point]
    knee: Point | None
    dense: Point | None  # the best unpruned generator
    headline: Point | None
    headline_range: tuple[float, float] | None
    hypervolume: float

    @property
    def name(self) -> str:
        return self.log.header.get("name", "study")

    @property
    def nulls(self) -> list[NullLine]:
        return list(self.log.nulls.values())

    @cached_property
    def history(self) -> list[tuple[float, int, float]]:
        return pareto.hypervolume_history(self.log)

    @cached_property
    def scored(self) -> set[str]:
        """The metrics that some point has."""
        return set().union(*(point.scores for point in self.points))

    @cached_property
    def drawn(self) -> list[str]:
        """What Optuna drew for some trial, by the names of the search space."""
        return sorted(set().union(*(trial.drawn for trial in self.log.trials.values())))

    @cached_property
    def confirmed(self) -> dict[str, ScoredAgain]:
        return confirmations(self.log)

    @property
    def front_again(self) -> list[ScoredAgain]:
        """Of the front's points, those that were scored again."""
        return [self.confirmed[point.id] for point in self.front if point.id in self.confirmed]

    @cached_property
    def rescored(self) -> holds.Rescored | None:
        return holds.rescored(self.log, self.front_again, len(self.front))

    @property
    def band(self) -> holds.Band | None:
        return holds.band(self.front_again)

    @cached_property
    def size_front(self) -> list[Point]:
        return smaller.size_front(self.points, self.quality)

    @property
    def beaten(self) -> dict[str, list[str]]:
        """Points of the front that a smaller dense network beats in bytes, and which."""
        return smaller.beaten_by(self.front, self.nulls, self.quality)

    @property
    def bytes_sentence(self) -> str:
        return smaller.sentence(self.front, self.nulls, self.quality)

    @property
    def n_samples(self) -> int:
        return max((point.n_samples for point in self.points), default=0)

    @property
    def seeds(self) -> int:
        """Training seeds that took part."""
        return len({trial.settings.train.seed for trial in self.log.trials.values()})

    @property
    def indicative(self) -> bool:
        """Too few real pictures to hold the generated ones against."""
        return bool(self.log.header.get("data", {}).get("indicative"))

    @property
    def under_trained(self) -> bool:
        return self.dense is not None and not self.dense.scores.get("skill", 0) >= pareto.UNDER_TRAINED

    @property
    def states(self) -> dict[str, int]:
        """How many trials ended how; `open` are those that did not."""
        return dict(Counter(trial.ended.state if trial.ended else "open" for trial in self.log.trials.values()))

    def change(self, point: Point) -> float:
        """Its quality against dense: 0.06 is 6 % worse."""
        return point.scores[self.quality] / self.dense.scores[self.quality] - 1

    @property
    def sentence(self) -> str:
        """The study in one sentence."""
        if not self.front:
            return f"None of the {len(self.points):,} points is eligible: there is no front to show."
        if not self.headline:
            return "No dense generator was scored, so no sparsity can be held against it."
        if not self.headline.sparsity:
            return f"No weights can go: every pruned point costs more than {100 * pareto.WITHIN:g} % {self.quality}."
        change = f"{self.change(self.headline):+.1%} {self.quality}"
        return f"{100 * self.headline.sparsity:.4g} % of the weights can go at {change.replace('%', ' %')}."


def findings(log: StudyLog) -> Findings:
    quality = log.header.get("spec", {}).get("quality", "fcd")
    points = log.points
    front = pareto.front(points, quality)
    return Findings(
        log=log,
        quality=quality,
        points=points,
        front=front,
        knee=pareto.knee(front, quality),
        dense=pareto.dense(points, quality),
        headline=pareto.headline(points, quality),
        headline_range=pareto.headline_range(points, quality),
        hypervolume=pareto.hypervolume(front),
    )
