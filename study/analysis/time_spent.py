"""How the time of a study's workers was spent, as far as its records tell.

They tell nothing of a call before its own line (loading, measuring) and after its last trial (scoring again, report,
MLflow), nor of trials that were lost with their call.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import inf

from study.records.study import StudyLog, TrialLog


@dataclass(frozen=True)
class TimeSpent:
    """Seconds of workers."""

    training: float = 0.0  # all of a trial that is not scoring: epochs, what made the points, waiting for the store
    scoring: float = 0.0  # of points: drawing them, and what is told of the pictures
    start: float = 0.0  # from a call's line to its first trial
    waiting: float = 0.0  # between trials, and beside the last ones

    @property
    def shares(self) -> dict[str, float]:
        whole = sum(vars(self).values())
        return {name: seconds / whole for name, seconds in vars(self).items() if seconds > 0}

    def __add__(self, other: "TimeSpent") -> "TimeSpent":
        return TimeSpent(*(mine + more for mine, more in zip(vars(self).values(), vars(other).values(), strict=True)))


def time_spent(log: StudyLog) -> TimeSpent:
    """Of all calls."""
    starts = [call["time"] for call in log.calls]
    spans = pairwise([*starts, inf])
    return sum((_of_call(log, call, *span) for call, span in zip(log.calls, spans, strict=True)), TimeSpent())


def _of_call(log: StudyLog, call: dict, begun: float, next_begun: float) -> TimeSpent:
    trials = [trial for trial in log.ended if begun <= trial.ended.time < next_begun]
    workers = call.get("workers", 0)
    if not (trials and workers):
        return TimeSpent()
    run = sum(trial.ended.seconds for trial in trials)
    scoring = sum(map(_scoring, trials))
    start = workers * max(0.0, min(trial.ended.time - trial.ended.seconds for trial in trials) - begun)
    whole = workers * (max(trial.ended.time for trial in trials) - begun)
    return TimeSpent(run - scoring, scoring, start, max(0.0, whole - run - start))


def _scoring(trial: TrialLog) -> float:
    """Of points that were scored before a call was lost, no more than the trial took in the one in which it ended."""
    return min(sum(point.seconds for point in trial.points.values()), trial.ended.seconds)
