"""Trials that are known beforehand, each run once: those that the records have are not run again."""

from collections.abc import Callable, Iterable

from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, Scored
from ganprune.trial import Event
from study.records.journal import Records
from study.records.listed import Listed
from study.records.paths import StudyPaths
from study.records.study import TrialLog
from study.search.jobs import Job
from study.search.kept_points import keep, keep_first
from study.search.phase import Phase
from study.search.spent import Spent


class ListedPhase(Phase):
    """Hands them out in their order."""

    def __init__(
        self,
        listed: Iterable[Listed],
        records: Records,
        paths: StudyPaths,
        pace: Pace,
        on_event: Callable[[TrialLog, Event], None],
    ):
        super().__init__(records)
        self._left = [each for each in listed if not each.is_done(records.log)]
        self._paths, self._pace, self._listener = paths, pace, on_event
        self.failed: list[str] = []  # reasons

    def suggest(self) -> Job | None:
        if self.user_error or not self._left:
            return None
        listed = self._left.pop(0)
        number = self._number(listed)
        self._running[number] = Spent()
        return Job(number, listed.settings, self._pace)

    def _number(self, listed: Listed) -> int:
        log = self._records.log
        if known := listed.among(log):
            return known.number
        self._records.asked(len(log.trials), listed.settings, listed.drawn)
        return len(log.trials) - 1

    def called(self, number: int) -> str:
        return f"training {number}"

    def on_event(self, number: int, event: Event) -> None:
        self._running[number].add(event)
        match event:
            case EpochTrained():
                keep_first(event, self._paths)
            case Scored():
                keep(event, self._records, self._paths)
            case Finished():
                self._end(number, event)
        self._listener(self._records.log.trials[number], event)

    def _end(self, number: int, finished: Finished) -> None:
        spent = self._running.pop(number)
        if finished.state == "user_error":
            self.user_error = finished.reason
            return
        spent.record(number, finished, self._records)
        if self._records.log.trials[number].ended.state == "failed":
            self.failed.append(finished.reason)
