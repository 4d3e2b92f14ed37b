"""What methods have had of the pictures: those that train for themselves get their part of all, and no more.

The sampler counts trials, and there one of theirs is as good as one of a method whose training others share. But it
costs a training, where the other may find one in the store, and gives a point or a few, where the other gives a curve.
"""

from collections import Counter
from collections.abc import Iterable

from ganprune.methods import METHODS
from study.records.study import TrialLog
from study.settings.space import Space


class FairShare:
    """By the number of methods of each kind in the space."""

    def __init__(self, space: Space, ended: Iterable[TrialLog]):
        self._sharing = [method for method in space.methods if not METHODS[method].owns_training]
        self._part = 1 - len(self._sharing) / len(space.methods)
        self._trials: Counter[str] = Counter()  # by method
        self._images: Counter[bool] = Counter()  # by whether it trains for itself
        for trial in ended:
            self.note(trial)

    def note(self, trial: TrialLog) -> None:
        """One that has ended."""
        method = trial.settings.prune.method
        self._trials[method] += 1
        self._images[METHODS[method].owns_training] += trial.ended.images

    def next(self) -> dict[str, str] | None:
        """What is fixed of the next trial: where the one kind has had too much, a method of the other kind."""
        if not self._sharing or self._images[True] <= self._part * self._images.total():
            return None
        return {"method": min(self._sharing, key=self._trials.__getitem__)}
