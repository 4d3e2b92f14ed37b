"""What is tried next, and who hears what came of it: the record first, then Optuna, then everyone else."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ganprune.config import TrialSettings
from ganprune.point import EpochTrained, Finished, NullLine, Scored
from ganprune.store import write_whole
from ganprune.trial import Event, Pace
from study.advisor import Advisor
from study.paths import StudyPaths
from study.plan import Plan
from study.records import Records

FAILURES = 5  # so many trials failed in a row mean that something is wrong with all of them
Listener = Callable[[int, Event], None]


@dataclass(frozen=True)
class Job:
    """A trial as it is handed to a worker."""

    number: int
    settings: TrialSettings
    pace: Pace
    controls: bool  # score the null lines that need a trained model


@dataclass
class Spent:
    """What a running trial has cost in this call."""

    started: float
    images: int = 0


class Conductor:
    """Hands out trials until the budget is used up, and takes in what they yield."""

    def __init__(
        self,
        plan: Plan,
        records: Records,
        paths: StudyPaths,
        advisor: Advisor,
        pace: Pace,
        listeners: list[Listener],
    ):
        self._plan, self._records, self._paths, self._advisor = plan, records, paths, advisor
        self._listeners = listeners
        self._interrupted = list(records.log.open)
        self._running: dict[int, Spent] = {}
        self._failed: list[str] = []  # reasons, of the trials that failed one after the other just now
        self.pace = pace  # as last seen

    def next(self) -> Job | None:
        """The next trial to run; None once trials or time are used up."""
        if self.gave_up or not self.pace.allows(self._least_seconds):
            return None
        if self._interrupted:
            trial = self._interrupted.pop(0)
            self._advisor.ask(trial.number, trial.drawn)
            return self._start(trial.number, trial.settings)
        asked = len(self._records.log.trials)
        return None if asked >= (self._plan.trials or math.inf) else self._ask(asked)

    @property
    def _least_seconds(self) -> float:
        """Of a trial worth starting: the shortest training and a curve; an epoch and two points while there is none."""
        space, data = self._plan.space, self._records.log.header["data"]
        settings = space.settings({}, data["channels"], self._plan.seed)
        epochs, points = (min(space.epochs), len(space.prune.targets) + 1) if self._records.log.points else (1, 2)
        return epochs * self.pace.epoch_seconds(settings, data["train"]) + points * self.pace.score_seconds

    @property
    def gave_up(self) -> str:
        """Why no more trials are handed out, although there is budget; empty where there is no reason."""
        return self._failed[-1] if len(self._failed) >= FAILURES else ""

    def _ask(self, number: int) -> Job:
        space, channels = self._plan.space, self._records.log.header["data"]["channels"]
        first = space.first[number] if number < len(space.first) else None
        drawn = self._advisor.ask(number, first)
        settings = space.settings(drawn, channels, self._plan.seed)
        self._records.asked(number, settings, drawn)
        return self._start(number, settings)

    def _start(self, number: int, settings: TrialSettings) -> Job:
        self._running[number] = Spent(time.time())
        return Job(number, settings, self.pace, controls=number == 0)

    def hear(self, number: int, event: Event) -> None:
        """Take in what a trial yielded."""
        spent = self._running[number]
        match event:
            case EpochTrained():
                spent.images += event.images
                self._measure(number, event)
            case Scored():
                spent.images += event.point.images
                self._keep(event)
            case NullLine():
                self._records.null(event)
            case Finished():
                self._end(number, event)
        for listener in self._listeners:
            listener(number, event)

    def _keep(self, scored: Scored) -> None:
        """Pictures and weights first: a recorded point has them."""
        point = scored.point
        if point.id in self._records.log.trials[point.trial].points:
            return  # scored before a worker or driver was lost
        write_whole(self._paths.samples / f"{point.id}.png", scored.strip)
        if scored.weights:
            write_whole(self._paths.kept(point.id), scored.weights)
        self._records.point(point)
        if not point.images:
            self.pace = replace(self.pace, score_seconds=point.seconds)

    def _measure(self, number: int, epoch: EpochTrained) -> None:
        steps = epoch.images / self._records.log.trials[number].settings.train.batch
        self.pace = replace(self.pace, step_seconds=epoch.seconds / steps)

    def _end(self, number: int, finished: Finished) -> None:
        spent = self._running.pop(number)
        self._failed = [*self._failed, finished.reason] if finished.state == "failed" else []
        self._records.ended(number, finished.state, time.time() - spent.started, spent.images, finished.reason)
        self._advisor.tell(self._records.log.trials[number])
