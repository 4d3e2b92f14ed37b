"""A study as its records tell it: what every other file reads."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ganprune.config import TrialSettings
from ganprune.objective import SPARSITY, Objectives, objectives
from ganprune.point import NO_TIME, Confirmed, Latency, NullLine, Point

State = Literal["completed", "stopped", "diverged", "failed"]


@dataclass(frozen=True)
class Ended:
    state: State
    time: float
    seconds: float  # wall time in the call in which it ended
    images: int  # training pictures shown in that call, those from the store not counted
    reason: str = ""

    @property
    def out_of_time(self) -> bool:
        return self.reason.startswith(NO_TIME)


@dataclass
class TrialLog:
    """One trial as the records tell it."""

    number: int
    settings: TrialSettings
    drawn: dict[str, Any]  # what Optuna drew, by the names of the search space
    time: float
    points: dict[str, Point] = field(default_factory=dict)  # by id, so that a point scored twice counts once
    ended: Ended | None = None
    stops: tuple[int, ...] | None = None  # epochs at which it may be stopped; early records do not say

    @property
    def name(self) -> str:
        """As MLflow and optuna-dashboard call it."""
        return f"t{self.number:04d}-{self.settings.prune.method}"

    @property
    def trained(self) -> dict[str, Any]:
        """What was trained for what was drawn, by the names of the search space: rounded, and for as many epochs as a
        point tells of. Thresholds are left out, since every point has its own."""
        model, train, prune = self.settings.model, self.settings.train, self.settings.prune
        known = model.model_dump() | train.model_dump() | prune.model_dump() | prune.own | {"threshold": None}
        known |= {"lr_ratio": float(f"{train.lr_g / train.lr_d:.3g}"), "epochs": self.last_epoch or None}
        names = dict.fromkeys(name.rpartition(".")[2] for name in self.drawn)
        return {name: known[name] for name in names if known.get(name) is not None}

    @property
    def last_epoch(self) -> int:
        """The last one that a point tells of."""
        return max((point.epoch for point in self.points.values()), default=0)

    @property
    def curve(self) -> list[Point]:
        """Its points, from dense to sparsest."""
        return sorted(self.points.values(), key=lambda point: point.sparsity)

    @property
    def last_curve(self) -> list[Point]:
        """Those that compare: scored with the most pictures of its last epoch, since fewer score worse by their number
        alone; and of that epoch, since rungs are of other generators, or passed by training on its way there."""
        epoch, pictures = max(((point.epoch, point.n_samples) for point in self.points.values()), default=(0, 0))
        alike = [point for point in self.curve if point.n_samples == pictures]
        return [point for point in alike if point.epoch == epoch or point.threshold is None]

    @property
    def own(self) -> Point | None:
        """The point at the trial's own settings, of its last epoch."""
        own = [point for point in self.points.values() if point.target is None]
        return max(own, key=lambda point: point.epoch, default=None)


@dataclass
class StudyLog:
    """A study as its records tell it."""

    header: dict[str, Any] = field(default_factory=dict)
    calls: list[dict] = field(default_factory=list)
    trials: dict[int, TrialLog] = field(default_factory=dict)
    nulls: dict[tuple, NullLine] = field(default_factory=dict)
    confirmed: dict[tuple[str, int], Confirmed] = field(default_factory=dict)  # by point and training seed
    latencies: dict[str, Latency] = field(default_factory=dict)  # by point
    runs: dict[int, str] = field(default_factory=dict)

    @property
    def objectives(self) -> Objectives:
        """What it was asked to weigh; early studies knew sparsity alone."""
        spec = self.header.get("spec", {})
        return objectives(spec.get("cost", SPARSITY), spec.get("quality", "fcd"))

    @property
    def costly(self) -> str:
        """Whether methods that train for themselves take part, as the last call tells it."""
        return self.calls[-1].get("costly", "") if self.calls else ""

    @property
    def ended(self) -> list[TrialLog]:
        return [trial for trial in self.trials.values() if trial.ended]

    @property
    def open(self) -> list[TrialLog]:
        """Asked and not ended: to be handed out again."""
        return [trial for trial in self.trials.values() if not trial.ended]

    @property
    def points(self) -> list[Point]:
        return [point for trial in self.trials.values() for point in trial.curve]

    def dense_of(self, point: Point) -> Point | None:
        """The generator that it was pruned from: of the same training after the same epoch, so that the same latents
        give the pictures before pruning."""
        curve = self.trials[point.trial].curve
        return next((other for other in curve if other.target == 0 and other.epoch == point.epoch), None)

    def add(self, line: dict[str, Any]) -> None:
        getattr(self, f"_add_{line['kind']}")(dict(line))

    def _add_study(self, line: dict) -> None:
        self.header = line

    def _add_call(self, line: dict) -> None:
        self.calls.append(line)

    def _add_null(self, line: dict) -> None:
        null = NullLine(**line["null"])
        self.nulls[(null.name, null.sparsity)] = null

    def _add_confirmed(self, line: dict) -> None:
        """Early studies scored by fcd, whatever they were asked for: that is no score of theirs."""
        confirmed = Confirmed(**line["confirmed"])
        if confirmed.metric == self.objectives.quality.metric:
            self.confirmed[(confirmed.point, confirmed.seed)] = confirmed

    def _add_latency(self, line: dict) -> None:
        latency = Latency(**line["latency"])
        self.latencies[latency.point] = latency
        points = self.trials[latency.trial].points
        points[latency.point] = self._timed(points[latency.point])

    def _timed(self, point: Point) -> Point:
        """With its latency among its scores, once that was measured."""
        latency = self.latencies.get(point.id)
        return replace(point, scores=point.scores | latency.scores) if latency else point

    def _add_asked(self, line: dict) -> None:
        settings = TrialSettings(**line["settings"])
        stops = None if line.get("stops") is None else tuple(line["stops"])
        self.trials[line["trial"]] = TrialLog(line["trial"], settings, line["drawn"], line["time"], stops=stops)

    def _add_point(self, line: dict) -> None:
        """Without drift's spread over pairs, which would be half of what a long study holds in memory; and without
        the latency that early studies measured beside other trials, which is noise."""
        line["point"]["scores"].pop("latency_ms", None)
        point = Point(**self._early | line["point"] | {"drift": {}})
        self.trials[point.trial].points[point.id] = self._timed(point)

    @property
    def _early(self) -> dict[str, str]:
        """What points of early studies do not say: they were made on the machine that the study was begun on."""
        return {"device": "cuda" if self.header.get("hardware", {}).get("gpus") else "cpu"}

    def _add_runs(self, line: dict) -> None:
        self.runs = {int(trial): run for trial, run in line["runs"].items()}

    def _add_ended(self, line: dict) -> None:
        self.trials[line["trial"]].ended = Ended(**line["ended"])
