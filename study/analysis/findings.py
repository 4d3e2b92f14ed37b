"""What a study found, worked out once from its records: the report's tables, plots and page only show it."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ganprune.objective import SPARSITY, Objectives
from ganprune.point import NullLine, Point
from study.analysis import latency, looks, nothing, pareto, robustness, size_baselines, unfinished
from study.analysis.counted import Counted
from study.analysis.figures import percent
from study.analysis.headline import Range
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
    def counted(self) -> Counted:
        return Counted(self.points, self.by, self.confirmed)

    @cached_property
    def headline(self) -> Point | None:
        """The cheapest point near dense, by the scores that count."""
        held = self.counted.headline
        return held and held.point and self.log.trials[held.point.trial].points[held.point.id]

    @property
    def headline_range(self) -> Range | None:
        """What is saved surely within 10 % of dense, and what may be."""
        return self.counted.headline and self.counted.headline.range

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
        return latency.sentence([known[point.id] for point in self.front if point.id in known])

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
        return self.dense is not None and not self.counted.skill(self.dense) >= pareto.UNDER_TRAINED

    @property
    def unfinished(self) -> str:
        """To be told as loudly as an under-trained dense model; empty where enough trainings came to their end."""
        return unfinished.sentence(self.log)

    @property
    def instead(self) -> str:
        """What is smaller and better than the answer without pruning, and what pruning bought or zeros don't."""
        return self.instead_of(self.answer) if self.answer else ""

    def instead_of(self, point: Point) -> str:
        return size_baselines.instead(point, self.log.dense_of(point), self.nulls, self.quality)

    @property
    def states(self) -> dict[str, int]:
        """How many trials ended how; `open` are those that did not."""
        return dict(Counter(trial.ended.state if trial.ended else "open" for trial in self.log.trials.values()))

    @property
    def warned(self) -> bool:
        """Whether something stands against what the front says, which nothing may outshine."""
        return bool(self.unfinished) or self.under_trained or self.indicative

    @property
    def sentence(self) -> str:
        """The study in one sentence."""
        if not self.front:
            return f"There is no front to show: {nothing.why(self.log)}."
        return self.counted.sentence

    @property
    def lead(self) -> str:
        """What the answer costs, how sure that is, and whose scores say so; empty where it can't be told."""
        if not self.dense or not self.answer:
            return ""
        knee = f"The knee of the front, {percent(self.by.saved(self.answer))}: "
        return ("" if self.answer is self.headline else knee) + self.counted.price(self.answer)


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
