"""A trial that is known before it is run, and found again in the records by what it was asked for."""

from dataclasses import dataclass
from typing import Any

from ganprune.config import TrialSettings
from study.records.study import StudyLog, TrialLog

DONE = ("completed", "diverged")  # the same settings would end so again


@dataclass(frozen=True)
class Listed:
    drawn: dict[str, Any]  # what it is called in the records
    settings: TrialSettings

    def among(self, log: StudyLog) -> TrialLog | None:
        """As the records know it."""
        same = (trial for trial in log.trials.values() if trial.drawn == self.drawn)
        return next((trial for trial in same if trial.settings == self.settings), None)

    def is_done(self, log: StudyLog) -> bool:
        trial = self.among(log)
        return bool(trial and trial.ended and trial.ended.state in DONE)
