"""Early stopping with two objectives: successive halving of curves, asynchronous.

After MO-ASHA (Schmucker et al. 2021, "Multi-objective asynchronous successive halving"): trainings are ranked by what
their curve at a rung adds to the hypervolume of all curves at that rung. The only state is the points in the records.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from math import ceil, isfinite, nan

import moocore
import numpy as np

from ganprune.axis import cost_axis
from ganprune.config import TrainSettings
from ganprune.point import Point
from ganprune.trial import GLANCE
from study.pareto import area_of
from study.policy import Policy
from study.records import StudyLog

Rank = tuple[float, float, float]  # larger is better: what it adds to the others' area, its own area, its best skill
Curves = dict[Hashable, np.ndarray]  # by training: (n, 2) of cost and skill


def rungs(epochs: int, grid: Iterable[int], policy: Policy) -> tuple[int, ...]:
    """Epochs of the grid at which a trial of so many may be stopped, each `factor` times as far as the one before."""
    found: list[int] = []
    for epoch in sorted(grid) if policy.first_rung else ():
        least = policy.factor * found[-1] if found else policy.first_rung * epochs
        if least <= epoch < epochs:
            found.append(epoch)
    return tuple(found)


class Rungs:
    """The curves of all trainings at each epoch that any of them was looked at."""

    def __init__(self, log: StudyLog, factor: int):
        self._factor = factor
        self._skills: dict[int, dict[Hashable, dict[float, float]]] = defaultdict(lambda: defaultdict(dict))
        for trial in log.trials.values():
            for point in trial.points.values():
                self.add(point, trial.settings.train)

    def add(self, point: Point, train: TrainSettings) -> None:
        """Note a point, scored at a rung or at the end of a training of as many epochs."""
        skill = point.scores.get("skill", nan)
        if point.target in GLANCE and isfinite(skill):
            best = self._skills[point.epoch][one_training(train)]
            best[point.target] = max(skill, best.get(point.target, skill))

    def lets_pass(self, train: TrainSettings, epoch: int) -> bool:
        """Whether this training is one of the best of those that came to this epoch: one of `factor`, at least one."""
        ranked = ranks({each: _corners(skills) for each, skills in self._skills[epoch].items()})
        own = ranked.get(one_training(train))
        return own is not None and sum(other > own for other in ranked.values()) < ceil(len(ranked) / self._factor)


def one_training(train: TrainSettings) -> TrainSettings:
    """What names a training, however far it went."""
    return train.model_copy(update={"epochs": 1})


def ranks(curves: Curves) -> dict[Hashable, Rank]:
    """How much each curve is worth among all."""
    if not curves:
        return {}
    corners = np.vstack(list(curves.values()))
    owner = np.repeat(np.arange(len(curves)), [len(each) for each in curves.values()])
    leading = set(owner[moocore.is_nondominated(corners, maximise=True)])  # the others add nothing
    whole = area_of(corners)
    added = [whole - area_of(corners[owner != at]) if at in leading else 0.0 for at in range(len(curves))]
    each = zip(curves.items(), added, strict=True)
    return {name: (gain, area_of(own), own[:, 1].max()) for (name, own), gain in each}


def _corners(skills: dict[float, float]) -> np.ndarray:
    return np.array([(float(cost_axis(target)), skill) for target, skill in skills.items()])
