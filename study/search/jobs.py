"""What is handed to a worker: a number to hear of it by, and what to do at a workbench."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ganprune.alternatives import alternatives
from ganprune.bar import Bar
from ganprune.config import TrialSettings
from ganprune.confirm import confirm
from ganprune.latency import latencies
from ganprune.pace import Pace
from ganprune.point import Point
from ganprune.trial import Event, run_trial, score_in_full
from ganprune.workbench import Workbench
from ganprune.yardstick import yardstick
from study.search.setup import referee
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
    bar: Bar = Bar()
    refined: int = 0  # points beside the shared ones

    def run(self, bench: Workbench) -> Iterator[Event]:
        return run_trial(
            self.number, self.settings, bench, self.pace, self.controls, self.rungs, self.bar, self.refined
        )


@dataclass(frozen=True)
class InFull:
    """Points that were only screened, scored with the study's full number of pictures."""

    number: int
    trial: int
    settings: TrialSettings
    pace: Pace
    wanted: tuple[Point, ...]

    def run(self, bench: Workbench) -> Iterator[Event]:
        return score_in_full(self.trial, self.settings, bench, self.pace, self.wanted)


@dataclass(frozen=True)
class Confirmation:
    """Points of one trial, scored on `report`; with another seed, trained again for it."""

    number: int
    settings: TrialSettings
    pace: Pace
    points: tuple[Point, ...]
    study_seed: int
    kept: dict[str, Path] = field(default_factory=dict)  # weights that were kept, by id

    def run(self, bench: Workbench) -> Iterator[Event]:
        ruler = yardstick(bench, referee, self.study_seed, SAMPLES * bench.n_samples)
        return confirm(self.settings, self.points, ruler, self.pace, self.kept)


@dataclass(frozen=True)
class Latencies:
    """Points drawn with in turn, while nothing else runs."""

    number: int
    wanted: tuple[tuple[TrialSettings, Point], ...]

    def run(self, bench: Workbench) -> Iterator[Event]:
        return latencies(self.wanted, bench, cpu_name())


@dataclass(frozen=True)
class Alternatives:
    """Null lines of what could be done instead of pruning the study's best dense model."""

    number: int
    trial: int
    settings: TrialSettings
    pace: Pace

    def run(self, bench: Workbench) -> Iterator[Event]:
        return alternatives(self.trial, self.settings, bench, self.pace)
