"""Optuna as we use it: many objectives, told several points of a curve but never too many, no trial without an end."""

import math
from pathlib import Path
from typing import Any

import moocore
import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import FixedTrial, FrozenTrial, TrialState, create_trial

from ganprune import seeds
from ganprune.objective import Objectives
from ganprune.point import Point
from study.analysis.evenly import evenly
from study.records.study import TrialLog
from study.search.optuna_journal import Journal, could_be
from study.settings.policy import Policy
from study.settings.space import Space

KEPT = 0.75  # of the most that may be told: what a study begins anew with, so that it seldom has to
NEAR = 0.2  # of these, nearest the front: twice what TPE takes for good
AVOIDED = 0.4  # at most, of trials to be avoided: each has but one point, and stands for as much as a whole curve
COPIED = 500  # trials of earlier calls that the journal begins with, the last ones: more would take many seconds

optuna.logging.set_verbosity(optuna.logging.ERROR)


class OptunaStudy:
    """Suggests what to try next. Its study lives in memory: begun from the records at every start, and begun anew from
    a part of what it was told whenever that has become more than the sampler can take in quickly."""

    def __init__(
        self,
        space: Space,
        by: Objectives,
        seed: int,
        known: list[TrialLog],
        journal: Path | None,
        policy: Policy = Policy(),
    ):
        """`known`: ended trials of earlier calls; `journal`: a copy for optuna-dashboard, None for none."""
        self._space, self._by, self._seed, self._policy = space, by.searched, seed, policy
        self._asked: dict[int, optuna.Trial] = {}
        self._ended = len(known)
        self._begin([outcome for trial in known for outcome in self._outcomes(trial)])
        self._journal = Journal(journal, self._by) if journal else None
        for trial in known[-COPIED:]:
            self._copy(trial)

    def ask(self, number: int, fixed: dict[str, Any] | None = None) -> dict[str, Any]:
        """What trial `number` should try; what is `fixed` is taken as it is, all else drawn beside it."""
        if fixed:
            self._study.enqueue_trial(fixed)
        self._asked[number] = self._study.ask()
        return self._space.draw(self._asked[number])

    def tell(self, trial: TrialLog) -> None:
        """What came of a trial: its own point ends it, a few of its curve are added beside."""
        own, *others = self._outcomes(trial)
        if asked := self._asked.pop(trial.number, None):
            self._study.tell(asked, own.values if own.state == TrialState.COMPLETE else None, own.state)
        else:
            self._study.add_trial(own)
        self._study.add_trials(others)
        self._copy(trial)
        self._ended += 1
        if len(self._told) > self._policy.told_at_most:
            self._begin(self._told)

    @property
    def _told(self) -> list[FrozenTrial]:
        return [trial for trial in self._study.get_trials(deepcopy=False) if trial.state.is_finished()]

    def _begin(self, told: list[FrozenTrial]) -> None:
        """A study that knows these, or a part of them where they are too many; what is being tried still is."""
        most = self._policy.told_at_most
        self._study = optuna.create_study(directions=self._by.directions, sampler=self._sampler())
        self._study.add_trials(told if len(told) <= most else worth_telling(told, round(KEPT * most), self._by))
        for number, asked in self._asked.items():
            self.ask(number, asked.params)

    def _sampler(self) -> BaseSampler:
        """One of its own for each study: what a sampler caches is of one study."""
        seed = seeds.derive(self._seed, "sampler", self._ended) % 2**32
        if self._policy.sampler == "random":
            return RandomSampler(seed)
        startup = self._policy.startup_trials * self._policy.told_per_trial
        return TPESampler(seed=seed, n_startup_trials=startup, multivariate=self._policy.multivariate)

    def _copy(self, trial: TrialLog) -> None:
        if self._journal:
            self._journal.add(trial, self._distributions(trial.drawn))

    def _outcomes(self, trial: TrialLog) -> list[FrozenTrial]:
        """The trial as Optuna's; where it ended before its time, nothing that could pass for a success."""
        distributions = self._distributions(trial.drawn)
        if trial.ended.state != "completed" or not self._tellable(trial.own):
            return [create_trial(state=_unsuccessful(trial), params=trial.drawn, distributions=distributions)]
        points = [trial.own, *self._spread(trial, distributions)]
        return [self._complete(trial, point, distributions) for point in points]

    def _tellable(self, point: Point | None) -> bool:
        return point is not None and all(map(math.isfinite, self._by.values(point)))

    def _complete(self, trial: TrialLog, point: Point, distributions: dict[str, BaseDistribution]) -> FrozenTrial:
        own = {} if point.threshold is None else {_threshold_name(trial): point.threshold}
        params = trial.drawn | own
        told = {"params": params, "distributions": distributions, "user_attrs": {"point": point.id}}
        return create_trial(values=self._by.values(point), **told)

    def _spread(self, trial: TrialLog, distributions: dict[str, BaseDistribution]) -> list[Point]:
        """Points of the trained-out curve that Optuna could have drawn, evenly from dense to sparsest."""
        drawable = distributions.get(_threshold_name(trial))
        if drawable is None:
            return []
        shared = [point for point in trial.curve if point.target is not None and point.epoch == trial.own.epoch]
        shared = [point for point in shared if could_be(point.threshold, drawable) and self._tellable(point)]
        return list(evenly(shared, self._policy.told_per_trial - 1))

    def _distributions(self, drawn: dict[str, Any]) -> dict[str, BaseDistribution]:
        fixed = FixedTrial(drawn)
        self._space.draw(fixed)
        return fixed.distributions


def worth_telling(told: list[FrozenTrial], most: int, by: Objectives) -> list[FrozenTrial]:
    """So many of what was told, in its order: those nearest the front, and evenly what to avoid and all the others."""
    avoided, complete = (_places(told, state) for state in (TrialState.PRUNED, TrialState.COMPLETE))
    values = np.array([told[place].values for place in complete]).reshape(-1, len(by.directions))
    rank = moocore.pareto_rank(values, maximise=[direction == "maximize" for direction in by.directions])
    by_rank = complete[np.argsort(rank, kind="stable")]
    nearest, others = np.split(by_rank, [round(NEAR * most)])
    avoided = _evenly(avoided, round(AVOIDED * most))
    others = _evenly(np.sort(others), most - len(nearest) - len(avoided))
    return [told[place] for place in np.sort(np.concatenate([nearest, avoided, others]))]


def _places(told: list[FrozenTrial], state: TrialState) -> np.ndarray:
    return np.array([place for place, trial in enumerate(told) if trial.state == state], dtype=int)


def _evenly(places: np.ndarray, most: int) -> np.ndarray:
    return places[np.linspace(0, len(places) - 1, min(most, len(places))).round().astype(int)]


def _unsuccessful(trial: TrialLog) -> TrialState:
    """PRUNED for what is to be avoided; FAIL, which a sampler does not look at, where the settings are not to blame."""
    innocent = trial.ended.state == "failed" or trial.ended.out_of_time
    return TrialState.FAIL if innocent else TrialState.PRUNED


def _threshold_name(trial: TrialLog) -> str:
    return f"{trial.settings.prune.method}.threshold"
