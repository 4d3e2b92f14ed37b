"""What a comparison came to: every arm at equal measured cost, from the same seeds, and what is told apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean, geometric_mean

from study.analysis.paired import ENOUGH, LEVEL, Paired, holm, paired
from study.analysis.runs import Runs
from study.records.study import StudyLog
from study.settings.comparison import Comparison, Group

ALIKE = "not told apart"
COSTS = ("sparsity", "macs", "params")  # of which a row says what is saved


@dataclass(frozen=True)
class Verdict:
    """One held against another."""

    paired: Paired
    level: float  # with this chance its interval errs
    against: str

    @property
    def interval(self) -> tuple[float, float]:
        return self.paired.interval(self.level)

    @property
    def better(self) -> bool:
        return self.interval[1] < 1

    @property
    def word(self) -> str:
        low, high = self.interval
        told = f"better than {self.against}" if high < 1 else f"worse than {self.against}" if low > 1 else ALIKE
        return told if len(self.paired.logs) >= ENOUGH else f"indicative: {told}"


@dataclass(frozen=True)
class Row:
    """An arm at a group's share."""

    arm: str
    seeds: int
    scores: dict[int, float]  # by seed, where it came there
    lost: dict[int, str]  # by seed, why it did not, or what it is held against
    saved: dict[str, float]  # by cost, of its nearest measured points in the mean
    images: int  # that such a point was given, in training and recovery
    price: int  # pictures of all its points from one seed
    to_dense: Paired | None
    held: Paired | None  # against the group's own arm; None of that itself
    competes: bool  # a null line never does
    verdict: Verdict | None = None

    @property
    def score(self) -> float | None:
        return geometric_mean(self.scores.values()) if self.scores else None

    @property
    def word(self) -> str:
        if self.lost:
            reasons = ", ".join(dict.fromkeys(self.lost.values()))
            return f"{reasons} ({len(self.lost)} of {self.seeds} seeds)"
        return self.verdict.word if self.verdict else ""


@dataclass(frozen=True)
class Compared:
    log: StudyLog
    comparison: Comparison
    seeds: tuple[int, ...]
    pictures: int  # of the training set

    @property
    def runs(self) -> Runs:
        return Runs(self.log, self.comparison, self.pictures)

    @property
    def quality(self) -> str:
        return self.log.objectives.quality.metric

    @property
    def indicative(self) -> bool:
        return len(self.seeds) < ENOUGH

    def metric(self, group: Group) -> str:
        """What the scores of a group are of."""
        return group.metric or self.quality

    @cached_property
    def dense(self) -> dict[int, float]:
        """Scores of the dense network, by seed."""
        return self.dense_of(None)

    def dense_of(self, metric: str | None) -> dict[int, float]:
        points = {seed: self.runs.dense(seed) for seed in self.seeds}
        return {seed: self.runs.score(point, metric) for seed, point in points.items() if point}

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        """By title of the group, with verdicts that are corrected for their number."""
        found = {group.title: [self._row(group, arm) for arm in group.arms] for group in self.comparison.groups}
        asked = [row for rows in found.values() for row in rows if _asks(row)]
        levels = iter(self._levels([row.held.p for row in asked]))
        for group in self.comparison.groups:
            found[group.title] = [
                replace(row, verdict=Verdict(row.held, next(levels), group.against)) if _asks(row) else row
                for row in found[group.title]
            ]
        return found

    def _levels(self, chances: Sequence[float]) -> Sequence[float]:
        """An indicative one stands for itself."""
        return [LEVEL] * len(chances) if self.indicative else holm(chances)

    def _row(self, group: Group, name: str) -> Row:
        own = {seed: self.runs.at(group, name, seed) for seed in self.seeds}
        held = name != group.against
        other = {seed: self.runs.beside(group, name, seed) for seed in self.seeds} if held else {}
        scores, made = _of(own, float), [self.runs.nearest(group, name, seed) for seed in self.seeds]
        made = [each for each in made if each]
        saved = {cost: fmean(self.runs.saved(cost, *each) for each in made) for cost in COSTS} if made else {}
        return Row(
            arm=name,
            seeds=len(self.seeds),
            scores=scores,
            lost={seed: f"{group.against} {why}" for seed, why in _of(other, str).items()} | _of(own, str),
            saved=saved,
            images=max((self.runs.images(*each) for each in made), default=0),
            price=max(self.runs.price(name, seed) for seed in self.seeds),
            to_dense=paired(scores, self.dense_of(group.metric)),
            held=paired(scores, _of(other, float)),
            competes=name not in group.nulls,
        )


def _of(found: dict, kind: type) -> dict:
    return {seed: each for seed, each in found.items() if isinstance(each, kind)}


def _asks(row: Row) -> bool:
    """Whether a verdict is due."""
    return bool(row.competes and row.held and row.held.freedom and not row.lost)
