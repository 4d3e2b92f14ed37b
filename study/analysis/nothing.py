"""Why a study has nothing to show, and what helps: more TIME is not the answer to everything."""

from collections import Counter

from study.analysis import pareto
from study.records.study import StudyLog

OTHER_SETTINGS = (
    "more TIME is no help; ask for more TRIALS, or with another NAME for a SPACE of smaller learning rates or of more"
    " epochs"
)
LONGER = "train longer: more TIME, or with another NAME a SPACE of more epochs"


def why(log: StudyLog) -> str:
    """Of a study without a front: what happened; what to do."""
    states = Counter(trial.ended.state for trial in log.ended)
    if states["diverged"] and set(states) <= {"diverged", "failed"}:
        return f"{_all(states['diverged'], log)} diverged ({_reason(log, 'diverged')}): {OTHER_SETTINGS}"
    if log.ended and states["failed"] == len(log.ended):
        return f"{_all(states['failed'], log)} failed, the last with {_reason(log, 'failed')}"
    if not log.points:
        return f"time was up before one of {len(log.ended)} trials scored a point: give more TIME"
    return _not_eligible(log)


def _not_eligible(log: StudyLog) -> str:
    """By the best dense generator, which comes before whatever is pruned of it."""
    none, dense = f"none of {len(log.points):,} points is eligible", pareto.dense(log.points, log.objectives)
    if not dense or dense.n_samples < log.header["spec"]["samples"]:
        return f"{none}, since time was up before one was scored with all pictures: give more TIME"
    if not dense.scores["skill"] > 0:
        return f"{none}: even the best dense generator is no closer to real pictures than blurred noise; {LONGER}"
    return f"{none}: even the best dense generator draws (almost) one kind of picture; {LONGER}"


def _all(count: int, log: StudyLog) -> str:
    return f"{count} of {len(log.ended)} trials"


def _reason(log: StudyLog, state: str) -> str:
    """The last one, in a line."""
    return [trial.ended.reason for trial in log.ended if trial.ended.state == state][-1].partition("\n")[0]
