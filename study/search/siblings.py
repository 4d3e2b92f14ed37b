"""Siblings: trials that prune one and the same training by other methods, cheap because the store has it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ganprune.identity import Identity
from ganprune.methods import METHODS, identity_of
from study.records.study import TrialLog
from study.settings.space import Space

RECOVERY = "recovery"  # so begin the names of all that says how a pruned network recovers


class Siblings:
    """Which methods every training was pruned by."""

    def __init__(self, space: Space, trials: Iterable[TrialLog]):
        self._space = space
        self._methods = [method for method in space.methods if not METHODS[method].owns_training]
        self._tried: dict[tuple[Identity, int], set[str]] = defaultdict(set)
        for trial in trials:
            self.note(trial)

    def note(self, trial: TrialLog) -> None:
        self._tried[_trained(trial)].add(trial.settings.prune.method)

    def missing(self, parents: Iterable[TrialLog]) -> tuple[TrialLog, dict[str, Any]] | None:
        """The first of `parents` with a method that was not tried, and what is fixed of a trial of it."""
        for parent in parents:
            for method in self._methods if parent.settings.prune.method in self._methods else ():
                if method not in self._tried[_trained(parent)]:
                    return parent, self._inherited(parent) | {"method": method}
        return None

    def _inherited(self, parent: TrialLog) -> dict[str, Any]:
        """All but what is a method's own, and recovery, which is not cheap."""
        shared = {name for name in self._space.search if not name.startswith(RECOVERY)}
        return {name: value for name, value in parent.drawn.items() if name in shared} | self._space.unrecovered


def _trained(trial: TrialLog) -> tuple[Identity, int]:
    """A training, and for how many epochs."""
    return identity_of(trial.settings), trial.settings.train.epochs
