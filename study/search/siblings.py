"""Siblings: trials that prune one and the same training by other methods, cheap because the store has it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ganprune.config import TrainSettings
from study.records.study import TrialLog
from study.settings.space import Space

FINETUNING = "finetune_"


class Siblings:
    """Which methods every training was pruned by."""

    def __init__(self, space: Space, trials: Iterable[TrialLog]):
        self._space = space
        self._tried: dict[TrainSettings, set[str]] = defaultdict(set)
        for trial in trials:
            self.note(trial)

    def note(self, trial: TrialLog) -> None:
        self._tried[trial.settings.train].add(trial.settings.prune.method)

    def missing(self, parents: Iterable[TrialLog]) -> tuple[TrialLog, dict[str, Any]] | None:
        """The first of `parents` with a method that was not tried, and what is fixed of a trial of it."""
        for parent in parents:
            for method in self._space.methods:
                if method not in self._tried[parent.settings.train]:
                    return parent, self._inherited(parent) | {"method": method}
        return None

    def _inherited(self, parent: TrialLog) -> dict[str, Any]:
        """All but the threshold, which is a method's own, and fine-tuning, which is not cheap."""
        shared = {name for name in self._space.search if not name.startswith(FINETUNING)}
        return {name: value for name, value in parent.drawn.items() if name in shared} | self._space.untuned
