"""`optuna.journal`: a copy of the study to look at in optuna-dashboard, written anew by every driver.

The records are the truth, and no sampler reads this. Every point that compares is a complete observation; a trial that
ended otherwise has one more, which says how.
"""

import json
import math
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.exceptions import ExperimentalWarning
from optuna.storages import JournalStorage
from optuna.storages.journal import BaseJournalBackend
from optuna.trial import FrozenTrial, TrialState, create_trial

from ganprune.objective import Objectives
from ganprune.point import Point
from study.records.study import TrialLog

ENDS = {"stopped": TrialState.PRUNED, "diverged": TrialState.FAIL, "failed": TrialState.FAIL}  # in Optuna's words


class Journal:
    """Of one study; `by`: its objectives."""

    def __init__(self, file: Path, by: Objectives):
        for old in file.parent.glob(f"{file.name}*"):
            old.unlink()
        storage = JournalStorage(_File(file))
        self._study = optuna.create_study(study_name=file.parent.name, storage=storage, directions=by.directions)
        with warnings.catch_warnings(action="ignore", category=ExperimentalWarning):
            self._study.set_metric_names([by.cost.metric, by.quality.metric])
        self._by = by

    def add(self, trial: TrialLog, distributions: dict[str, BaseDistribution]) -> None:
        """A trial that ended; `distributions`: of what was drawn for it."""
        points = [point for point in trial.last_curve if all(map(math.isfinite, self._by.values(point)))]
        rows = [self._complete(trial, point, distributions) for point in points]
        if trial.ended.state in ENDS:
            params = _fitting(distributions, trial.trained, trial.drawn)
            about = {"reason": trial.ended.reason}
            rows.append(_row(trial, params, distributions, about, state=ENDS[trial.ended.state]))
        self._study.add_trials(rows)

    def _complete(self, trial: TrialLog, point: Point, distributions: dict[str, BaseDistribution]) -> FrozenTrial:
        threshold = f"{point.method}.threshold"
        drawn = {name: value for name, value in trial.drawn.items() if name != threshold}
        own = {} if point.threshold is None else {threshold: point.threshold}
        params = _fitting(distributions, trial.trained | own, drawn)
        about = {name: getattr(point, name) for name in ("threshold", "epoch", "n_samples", "eligible")}
        return _row(trial, params, distributions, {"point": point.id} | about, values=self._by.values(point))


def _row(trial: TrialLog, params: dict, distributions: dict, about: dict, **outcome: Any) -> FrozenTrial:
    known = {name: distributions[name] for name in params}
    attributes = {"trial": trial.number, "run": trial.name, "method": trial.settings.prune.method}
    attributes |= {"state": trial.ended.state} | about
    row = create_trial(params=params, distributions=known, user_attrs=attributes, **outcome)
    row.datetime_start, row.datetime_complete = map(datetime.fromtimestamp, (trial.time, trial.ended.time))
    return row


def _fitting(distributions: dict[str, BaseDistribution], *wanted: dict[str, Any]) -> dict[str, Any]:
    """By name the first value that Optuna could have drawn: it takes no other."""
    found = {}
    for values in reversed(wanted):
        fit = {name for name, each in distributions.items() if name in values and could_be(values[name], each)}
        found |= {name: values[name] for name in fit}
    return found


def could_be(value: Any, distribution: BaseDistribution) -> bool:
    """Whether Optuna could have drawn it."""
    if isinstance(distribution, CategoricalDistribution):
        return value in distribution.choices
    return distribution.low <= value <= distribution.high


class _File(BaseJournalBackend):
    """Optuna's journal without its lock and its wait for the disk, line by line, which cost more than all else that a
    trial takes: it has one writer, nobody writes beside, and a copy may lose its end."""

    def __init__(self, file: Path):
        self._file, self._unread = file.open("a"), []

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        self._file.writelines(f"{json.dumps(line)}\n" for line in logs)
        self._file.flush()
        self._unread += logs

    def read_logs(self, log_number_from: int) -> Iterator[dict[str, Any]]:
        """What came since it was asked last."""
        unread, self._unread = self._unread, []
        return iter(unread)
