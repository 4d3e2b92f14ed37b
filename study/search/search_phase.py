"""The search: trials are handed out until the budget is used up, and who hears what came of them: the record first,
then Optuna, then everyone else."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from ganprune.config import TrialSettings
from ganprune.null_names import RANDOM_CONTROL
from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, NullLine, RungReached, Scored
from ganprune.screening_threshold import ScreeningThreshold
from ganprune.trial import Event
from study.analysis.pareto import LiveFront
from study.analysis.short_trainings import Seen
from study.records.journal import Records
from study.records.paths import StudyPaths
from study.search.jobs import Job, Wait
from study.search.kept_points import keep, keep_first
from study.search.looks import Looks
from study.search.optuna_study import OptunaStudy
from study.search.phase import Phase
from study.search.spent import Spent
from study.search.suggestions import Suggestions
from study.settings.plan import Plan
from study.settings.policy import Policy

FAILURES = 5  # so many trials failed in a row mean that something is wrong with all of them
BEHIND = "behind the best"  # so begins the reason of a trial that the stopping rule ended
Listener = Callable[[int, Event], None]


class SearchPhase(Phase):
    """Hands out trials until the budget is used up, and takes in what they yield."""

    def __init__(
        self,
        plan: Plan,
        records: Records,
        paths: StudyPaths,
        optuna_study: OptunaStudy,
        pace: Pace,
        listeners: list[Listener],
        policy: Policy = Policy(),
        recorded: Iterable[Seen] = (),
    ):
        """`recorded`: trainings of others, which tell at which rungs to stop."""
        super().__init__(records)
        self._plan, self._paths = plan, paths
        self._listeners, self._policy = listeners, policy
        self._interrupted = list(records.log.open)
        self._out_of_memory: list[int] = []  # ran out of a GPU's memory: to be run again, beside fewer
        self._at_most = math.inf  # trials at once
        self._came_too_late = False  # a trial, even for its first epoch: so would the next ones
        self._controlled: int | None = None  # the trial that was last asked for controls
        self._failed: list[str] = []  # reasons, of the trials that failed one after the other just now
        self._front = LiveFront(plan.objectives.searched, records.log.points)
        self._suggestions = Suggestions(plan, records.log, optuna_study, self._front, policy)
        self._looks = Looks(plan, policy, records.log, recorded, self._front)
        self.pace = pace  # as last seen

    def suggest(self) -> Job | Wait | None:
        """The next trial to run; None once trials or time are used up."""
        if self.gave_up or self.user_error or self._too_late:
            return None
        if len(self._running) >= self._at_most:
            return Wait()
        if self._out_of_memory:
            number = self._out_of_memory.pop()
            return self._start(number, self._records.log.trials[number].settings)
        if self._interrupted:
            trial = self._interrupted.pop(0)
            self._suggestions.again(trial)
            return self._start(trial.number, trial.settings)
        asked = len(self._records.log.trials)
        return None if asked >= (self._plan.trials or math.inf) else self._ask(asked)

    def called(self, number: int) -> str:
        return f"trial {number}"

    @property
    def gave_up(self) -> str:
        """Why no more trials are handed out, although there is budget; empty where there is no reason."""
        return self._failed[-1] if len(self._failed) >= FAILURES else ""

    @property
    def _too_late(self) -> bool:
        return self._came_too_late or not self.pace.allows(self._suggestions.least_seconds(self.pace))

    def _ask(self, number: int) -> Job:
        settings, drawn = self._suggestions.new(number)
        self._records.asked(number, settings, drawn, self._looks.stops(number, settings))
        self._suggestions.note(self._records.log.trials[number])
        return self._start(number, settings)

    def _start(self, number: int, settings: TrialSettings) -> Job:
        self._running[number] = Spent()
        controls = self._lacks_controls
        if controls:
            self._controlled = number
        looks = self._looks.of(number, settings)
        return Job(number, settings, self.pace, controls, looks, self._bar(), self._policy.refined)

    @property
    def _lacks_controls(self) -> bool:
        """Whether no trial that is over has scored them, and none that runs is to: one may end before its curve."""
        log = self._records.log
        scored = {null.trial for null in log.nulls.values() if null.name == RANDOM_CONTROL}
        return self._controlled not in self._running and scored <= {trial.number for trial in log.open}

    def _bar(self) -> ScreeningThreshold:
        """The front as few pictures can be held against it; of some qualities they tell too little."""
        by = self._plan.objectives.searched
        if not by.quality.near:
            return ScreeningThreshold()
        front = tuple((by.saved(point), by.quality.of(point)) for point in self._front.front)
        return ScreeningThreshold(front, by.quality.near)

    def on_event(self, number: int, event: Event) -> None:
        self._running[number].add(event)
        match event:
            case EpochTrained():
                self._measure(number, event)
                keep_first(event, self._paths)
            case Scored():
                self._keep(event)
            case RungReached():
                self._look(number, event)
                return
            case NullLine():
                self._records.null(event)
            case Finished():
                self._end(number, event)
        for listener in self._listeners:
            listener(number, event)

    def _look(self, number: int, rung: RungReached) -> None:
        trial = self._records.log.trials[number]
        if not self._looks.let_pass(trial, rung.epoch):
            self.on_event(number, Finished("stopped", f"{BEHIND} after epoch {rung.epoch}"))

    def _keep(self, scored: Scored) -> None:
        point, trial = scored.point, self._records.log.trials[scored.point.trial]
        if keep(scored, self._records, self._paths):
            self._looks.note(point, trial.settings)
        if not point.images and point.eligible:
            self.pace = replace(self.pace, score_seconds=point.seconds)

    def _measure(self, number: int, epoch: EpochTrained) -> None:
        steps = epoch.images / self._records.log.trials[number].settings.train.batch
        self.pace = replace(self.pace, step_seconds=epoch.seconds / steps)

    def _end(self, number: int, finished: Finished) -> None:
        spent = self._running.pop(number)
        if finished.state == "user_error":
            self.user_error = finished.reason
        elif finished.state == "out_of_memory" and self._at_most > 1:
            self._at_most = max(1, (len(self._running) + 1) // 2)
            self._out_of_memory.append(number)
        else:
            self._record_end(number, finished, spent)

    def _record_end(self, number: int, finished: Finished, spent: Spent) -> None:
        spent.record(number, finished, self._records)
        trial = self._records.log.trials[number]
        self._came_too_late |= trial.ended.out_of_time and not (trial.points or trial.ended.images)
        self._failed = [*self._failed, finished.reason] if trial.ended.state == "failed" else []
        self._front.add(trial.points.values())
        self._looks.end(trial)
        self._suggestions.end(trial)
