"""Optuna as we use it: many objectives, told several points of a curve, never left with a trial that doesn't end."""

import math
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FixedTrial, FrozenTrial, TrialState, create_trial

from ganprune import seeds
from ganprune.point import Point
from study.records import TrialLog
from study.space import Space

TOLD_PER_TRIAL = 5  # the trial's own point and a few spread along its curve
TOLD_AT_MOST = 2000  # the sampler's answer slows down with their number
STARTUP_TRIALS = 8  # drawn at random before the sampler takes over
DIRECTIONS = ("maximize", "minimize")  # sparsity, quality

optuna.logging.set_verbosity(optuna.logging.ERROR)


class Advisor:
    """Suggests what to try next. Its study lives in memory and is rebuilt from the records at every start."""

    def __init__(self, space: Space, quality: str, seed: int, known: list[TrialLog], journal: Path):
        self._space, self._quality = space, quality
        sampler = optuna.samplers.TPESampler(
            seed=seeds.derive(seed, "sampler", len(known)) % 2**32,
            n_startup_trials=STARTUP_TRIALS * TOLD_PER_TRIAL,
        )
        self._study = optuna.create_study(directions=DIRECTIONS, sampler=sampler)
        self._journal = _journal(journal)
        self._asked: dict[int, optuna.Trial] = {}
        self._told = 0
        for trial in known:
            self.tell(trial)

    def ask(self, number: int, drawn: dict[str, Any] | None = None) -> dict[str, Any]:
        """What trial `number` should try; given `drawn`, that is taken note of as being tried."""
        if drawn:
            self._study.enqueue_trial(drawn)
        self._asked[number] = self._study.ask()
        return self._space.draw(self._asked[number])

    def tell(self, trial: TrialLog) -> None:
        """What came of a trial: its own point ends it, a few of its curve are added beside."""
        own, *others = self._outcomes(trial)
        asked = self._asked.pop(trial.number, None)
        if asked:
            self._study.tell(asked, own.values if own.state == TrialState.COMPLETE else None, own.state)
        else:
            self._study.add_trial(own)
        for other in others:
            self._study.add_trial(other)
        for outcome in (own, *others):
            self._journal.add_trial(outcome)
        self._told += 1 + len(others)

    def _outcomes(self, trial: TrialLog) -> list[FrozenTrial]:
        """The trial as Optuna's; where it ended before its time, nothing that could pass for a success."""
        distributions = self._distributions(trial.drawn)
        if trial.ended.state != "completed" or not self._tellable(trial.own):
            state = TrialState.FAIL if trial.ended.state == "failed" else TrialState.PRUNED
            return [create_trial(state=state, params=trial.drawn, distributions=distributions)]
        spread = self._spread(trial) if self._told < TOLD_AT_MOST else []
        return [self._complete(trial, point, distributions) for point in (trial.own, *spread)]

    def _tellable(self, point: Point | None) -> bool:
        return point is not None and math.isfinite(point.scores[self._quality])

    def _complete(self, trial: TrialLog, point: Point, distributions: dict[str, BaseDistribution]) -> FrozenTrial:
        params = trial.drawn | {self._threshold_name(trial): point.threshold}
        values = [point.sparsity, point.scores[self._quality]]
        return create_trial(params=params, distributions=distributions, values=values, user_attrs={"point": point.id})

    def _spread(self, trial: TrialLog) -> list[Point]:
        """Points of the curve that Optuna could have drawn, evenly from dense to sparsest."""
        drawable = self._distributions(trial.drawn)[self._threshold_name(trial)]
        shared = [p for p in trial.curve if p.target is not None and drawable.low <= p.threshold <= drawable.high]
        shared = [point for point in shared if self._tellable(point)]
        wanted = min(TOLD_PER_TRIAL - 1, len(shared))
        return [shared[round(place * (len(shared) - 1) / max(wanted - 1, 1))] for place in range(wanted)]

    def _threshold_name(self, trial: TrialLog) -> str:
        return f"{trial.settings.prune.method}.threshold"

    def _distributions(self, drawn: dict[str, Any]) -> dict[str, BaseDistribution]:
        fixed = FixedTrial(drawn)
        self._space.draw(fixed)
        return fixed.distributions


def _journal(file: Path) -> optuna.Study:
    """A copy to look at in optuna-dashboard, written anew: the records are the truth."""
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    storage = JournalStorage(JournalFileBackend(str(file)))
    return optuna.create_study(study_name=file.parent.name, storage=storage, directions=DIRECTIONS)
