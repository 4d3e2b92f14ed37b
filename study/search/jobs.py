"""What is handed to a worker: a number to hear of it by, and what to do at an evaluator."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ganprune.config import TrialSettings
from ganprune.confirm import confirm
from ganprune.confirm_evaluator import yardstick
from ganprune.evaluator import Evaluator
from ganprune.latency import latencies
from ganprune.pace import Pace
from ganprune.point import Point
from ganprune.screening_threshold import ScreeningThreshold
from ganprune.size_baselines import size_baselines
from ganprune.trial import Event, run_trial, score_in_full
from study.search.feature_network import referee
from study.settings.machine import cpu_name

SAMPLES = 5  # times the search's number of pictures


class Wait:
    """Nothing to hand out until a running job is over."""


@dataclass(frozen=True)
class Job:
    """A trial."""

    number: int
    settings: TrialSettings
    pace: Pace = Pace()
    controls: bool = False  # score the null lines of the study, and those that each of its points has
    rungs: tuple[int, ...] = ()
    bar: ScreeningThreshold = ScreeningThreshold()
    refined: int = 0  # points beside the shared ones

    def run(self, evaluator: Evaluator) -> Iterator[Event]:
        return run_trial(
            self.number, self.settings, evaluator, self.pace, self.controls, self.rungs, self.bar, self.refined
        )


@dataclass(frozen=True)
class FullScore:
    """Points that were only screened, scored with the study's full number of pictures."""

    number: int
    trial: int
    settings: TrialSettings
    pace: Pace
    wanted: tuple[Point, ...]

    def run(self, evaluator: Evaluator) -> Iterator[Event]:
        return score_in_full(self.trial, self.settings, evaluator, self.pace, self.wanted)


@dataclass(frozen=True)
class Confirmation:
    """Points of one trial, scored on `report`; with another seed, trained again for it."""

    number: int
    settings: TrialSettings
    pace: Pace
    points: tuple[Point, ...]
    study_seed: int
    kept: dict[str, Path] = field(default_factory=dict)  # weights that were kept, by id

    def run(self, evaluator: Evaluator) -> Iterator[Event]:
        ruler = yardstick(evaluator, referee, self.study_seed, SAMPLES * evaluator.n_samples)
        return confirm(self.settings, self.points, ruler, self.pace, self.kept)


@dataclass(frozen=True)
class Latencies:
    """Points drawn with in turn, while nothing else runs."""

    number: int
    wanted: tuple[tuple[TrialSettings, Point], ...]
    kept: dict[str, Path] = field(default_factory=dict)  # weights that were kept, by id

    def run(self, evaluator: Evaluator) -> Iterator[Event]:
        return latencies(self.wanted, evaluator, cpu_name(), self.kept)


@dataclass(frozen=True)
class SizeBaselines:
    """Null lines of what could be done instead of pruning the study's best dense model."""

    number: int
    trial: int
    settings: TrialSettings
    pace: Pace

    def run(self, evaluator: Evaluator) -> Iterator[Event]:
        return size_baselines(self.trial, self.settings, evaluator, self.pace)
