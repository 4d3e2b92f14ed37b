"""Can short trainings be trusted? How trainings that nothing could stop stood at an epoch, and how at their end.

Those that might have been stopped take no part: of them only the survivors are seen to their end. Methods that train
for themselves pass a point where others are looked at with a whole curve, so that each kind speaks for itself.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from ganprune.identity import Identity, identify
from ganprune.objective import Objectives
from study.analysis.rank_correlation import RankCorrelation, rank_correlation
from study.analysis.standing import DIVERGED, Standing, standing_of
from study.records.study import TrialLog

ENOUGH = 10  # trainings: fewer tell too little, whatever they tell
MOST = 100  # of a study's trials, the last ones

Epochs = tuple[int, int]  # of a look, of the end
Kind = tuple[Epochs, bool]  # whether it is of methods that train for themselves


@dataclass(frozen=True)
class Seen:
    """A training at a look and at its end; the same one is seen with every method that prunes it."""

    training: Hashable
    setting: Hashable  # the same for all seeds
    epochs: Epochs
    early: Standing
    late: Standing


@dataclass(frozen=True)
class Told:
    """What they tell of one look."""

    trainings: int
    ranks: RankCorrelation | None  # where nothing was seen, None

    def trusted(self, least: float) -> bool:
        """Whether it surely orders trainings as their end does, at least so much."""
        return self.trainings >= ENOUGH and self.ranks.low > least


class ShortTrainings:
    """Trials of a study, and what was recorded of others like them."""

    def __init__(self, trials: Iterable[TrialLog] = (), recorded: Iterable[Seen] = ()):
        self._trials: dict[Kind, deque[TrialLog]] = defaultdict(lambda: deque(maxlen=MOST))
        self._recorded: dict[Kind, list[Seen]] = defaultdict(list)
        self._answers: dict[tuple[Kind, Objectives], Told] = {}
        for seen in recorded:
            self._recorded[seen.epochs, False].append(seen)
        for trial in trials:
            self.add(trial)

    def add(self, trial: TrialLog) -> None:
        """Note a trial that has ended."""
        end = trial.settings.train.epochs
        if trial.stops == () and trial.ended.state in ("completed", "diverged"):
            for epoch, own in {(point.epoch, point.threshold is None) for point in trial.points.values()}:
                if epoch < end:
                    self._trials[(epoch, end), own].append(trial)
            self._answers.clear()

    @property
    def kinds(self) -> set[Kind]:
        """Of which something was seen."""
        return {kind for known in (self._trials, self._recorded) for kind, seen in known.items() if seen}

    def tell(self, epochs: Epochs, by: Objectives, own: bool = False) -> Told:
        kind = epochs, own
        if (kind, by) not in self._answers:
            self._answers[kind, by] = _told([*self._recorded[kind], *self._of_trials(kind, by)])
        return self._answers[kind, by]

    def _of_trials(self, kind: Kind, by: Objectives) -> Iterable[Seen]:
        found = (_seen(trial, kind[0], by) for trial in self._trials[kind])
        return filter(None, found)


def _told(seen: list[Seen]) -> Told:
    if not seen:
        return Told(0, None)
    early, late, settings = zip(*((each.early, each.late, each.setting) for each in seen), strict=True)
    ranks = rank_correlation(early, late, settings, np.random.default_rng(0))
    return Told(len({each.training for each in seen}), ranks)


def _seen(trial: TrialLog, epochs: Epochs, by: Objectives) -> Seen | None:
    early, late = (_standing(trial, epoch, by) for epoch in epochs)
    late = DIVERGED if trial.ended.state == "diverged" else late
    training = _training(trial)
    return Seen(training, training.of_any_seed, epochs, early, late) if early and late else None


def _standing(trial: TrialLog, epoch: int, by: Objectives) -> Standing | None:
    return standing_of((point for point in trial.points.values() if point.epoch == epoch), by)


def _training(trial: TrialLog) -> Identity:
    """Without what acts in it, of which a report knows nothing: such trainings count as one."""
    return identify(trial.settings.model, trial.settings.train)
