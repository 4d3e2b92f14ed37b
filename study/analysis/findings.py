"""What a study found, worked out once from its records: the report's tables, plots and page only show it."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ganprune.objective import SPARSITY, Objectives
from ganprune.point import NullLine, Point
from study.analysis import looks, narrow, nothing, pareto, robustness, size_baselines, speed, unfinished, verdict
from study.analysis.figures import percent
from study.analysis.headline import Headline, Range, by_search, headline
from study.analysis.intervals import ScoredAgain, confirmations
from study.records.study import StudyLog


@dataclass(frozen=True)
class Findings:
    """The front of `log`, what stands out on it, and what it has to be read with."""

    log: StudyLog
    by: Objectives  # held against its best dense generator
    points: list[Point]
    front: list[Point]
    knee: Point | None
    dense: Point | None  # the best unpruned generator
    hypervolume: float

    @property
    def name(self) -> str:
        return self.log.header.get("name", "study")

    @property
    def quality(self) -> str:
        """The metric that was asked for."""
        return self.by.quality.metric

    @property
    def nulls(self) -> list[NullLine]:
        return list(self.log.nulls.values())

    @cached_property
    def history(self) -> list[tuple[float, int, float]]:
        return pareto.hypervolume_history(self.log, self.searched)

    @cached_property
    def looks(self) -> list[looks.Look]:
        """What short trainings are known to tell."""
        return looks.looks(self.log, self.searched)

    @cached_property
    def scored(self) -> set[str]:
        """The metrics that some point has."""
        return set().union(*(point.scores for point in self.points))

    @cached_property
    def trained(self) -> list[str]:
        """Names of what tells trainings apart; not their epochs, since every point has its own."""
        return sorted(set().union(*(trial.trained for trial in self.log.trials.values())) - {"epochs"})

    @cached_property
    def confirmed(self) -> dict[str, ScoredAgain]:
        return confirmations(self.log)

    @cached_property
    def against_dense(self) -> Headline | None:
        """The scores that count; None where no dense generator was scored."""
        return headline(self.points, self.by, self.confirmed)

    @cached_property
    def headline(self) -> Point | None:
        point = self.against_dense and self.against_dense.point
        return point and self.log.trials[point.trial].points[point.id]

    @property
    def headline_range(self) -> Range | None:
        """What is saved surely within 10 % of dense, and what may be."""
        return self.against_dense and self.against_dense.range

    @property
    def answer(self) -> Point | None:
        """The one point that page, export and tracking name: the headline, or the knee where none is pruned."""
        return self.headline if self.headline and self.by.saved(self.headline) > 0 else self.knee

    @property
    def answered(self) -> str:
        """What the answer is."""
        return "headline" if self.answer is self.headline else "knee"

    @property
    def front_again(self) -> list[ScoredAgain]:
        """Of the front's points, those that were scored again."""
        return [self.confirmed[point.id] for point in self.front if point.id in self.confirmed]

    @cached_property
    def rescored(self) -> robustness.Rescored | None:
        return robustness.rescored(self.log, self.front_again, len(self.front), self.by)

    @property
    def band(self) -> robustness.Band | None:
        return robustness.band(self.front_again)

    @cached_property
    def size_front(self) -> list[Point]:
        return size_baselines.size_front(self.points, self.quality)

    @property
    def beaten(self) -> dict[str, list[str]]:
        """Points of the front that a smaller dense network beats in bytes, and which."""
        return size_baselines.beaten_by(self.front, self.nulls, self.quality)

    @property
    def bytes_sentence(self) -> str:
        return size_baselines.sentence(self.front, self.nulls, self.quality)

    @property
    def latency_sentence(self) -> str:
        known = self.log.latencies
        return speed.sentence([known[point.id] for point in self.front if point.id in known])

    @property
    def is_held(self) -> bool:
        """Whether what is saved can be told: of the weights it can without a dense generator, too."""
        return self.dense is not None or self.by.cost.metric == SPARSITY

    @property
    def n_samples(self) -> int:
        return max((point.n_samples for point in self.points), default=0)

    @property
    def searched(self) -> Objectives:
        """What every point is known by."""
        return self.by.searched.against(self.dense)

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
        return self.dense is not None and not self.skill(self.dense) >= pareto.UNDER_TRAINED

    @property
    def unfinished(self) -> str:
        """To be told as loudly as an under-trained dense model; empty where enough trainings came to their end."""
        return unfinished.sentence(self.log)

    @property
    def instead(self) -> str:
        """What is smaller and better than the answer without pruning, and what pruning bought or zeros don't."""
        return self.instead_of(self.answer) if self.answer else ""

    def instead_of(self, point: Point) -> str:
        return size_baselines.instead(point, narrow.dense_of(point, self.log), self.nulls, self.quality)

    @property
    def states(self) -> dict[str, int]:
        """How many trials ended how; `open` are those that did not."""
        return dict(Counter(trial.ended.state if trial.ended else "open" for trial in self.log.trials.values()))

    def score(self, point: Point) -> float:
        """Its quality, as it counts."""
        return self._seen(point).scores[self.quality]

    def skill(self, point: Point) -> float:
        return self._seen(point).scores.get("skill", 0.0)

    def _seen(self, point: Point) -> Point:
        return self.against_dense.seen(point) if self.against_dense else point

    def change(self, point: Point) -> float:
        """Its quality against dense: 0.06 is 6 % worse."""
        held = self._held(point)
        return held.change(held.seen(point))

    def change_range(self, point: Point) -> Range | None:
        """Where its change lies, 95 % of the time; None where that is not known."""
        held = self._held(point)
        return held.change_range(held.seen(point))

    def _held(self, point: Point) -> Headline:
        """Against dense, by scores that both have."""
        counted = self.against_dense
        return self._by_search if counted.again and point.id not in counted.again else counted

    @cached_property
    def _by_search(self) -> Headline:
        return by_search(self.points, self.by, self.confirmed)

    @property
    def warned(self) -> bool:
        """Whether something stands against what the front says, which nothing may outshine."""
        return bool(self.unfinished) or self.under_trained or self.indicative

    @property
    def sentence(self) -> str:
        """The study in one sentence."""
        if not self.front:
            return f"There is no front to show: {nothing.why(self.log)}."
        return verdict.sentence(self.against_dense)

    @property
    def lead(self) -> str:
        """What the answer costs, how sure that is, and whose scores say so; empty where it can't be told."""
        if not self.dense or not self.answer:
            return ""
        knee = f"The knee of the front, {percent(self.by.saved(self.answer))}: "
        return ("" if self.answer is self.headline else knee) + self.price(self.answer)

    def price(self, point: Point) -> str:
        """What a point costs, where a dense generator was scored."""
        held = self._held(point)
        return f"{verdict.cost(held, held.seen(point))} {verdict.scored_by(held, bool(self.confirmed))}"

    @property
    def scored_by(self) -> str:
        """Whose scores the headline tells."""
        return verdict.scored_by(self.against_dense, bool(self.confirmed))


def findings(log: StudyLog) -> Findings:
    points = log.points
    by, dense, front = pareto.weigh(points, log.objectives)
    return Findings(
        log=log,
        by=by,
        points=points,
        front=front,
        knee=pareto.knee(front, by),
        dense=dense,
        hypervolume=pareto.hypervolume(front, by),
    )
