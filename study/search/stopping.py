"""Early stopping with two objectives: successive halving of curves, asynchronous.

After MO-ASHA (Schmucker et al. 2021, "Multi-objective asynchronous successive halving"): trainings are ranked by what
their curve at a rung adds to the hypervolume of all curves at that rung. The only state is the points in the records.
Decided here: a method that trains for itself passes a point where others have a curve, so it is held against its like.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Hashable, Iterable
from math import ceil, inf

import moocore
import numpy as np

from ganprune.config import TrialSettings
from ganprune.methods import METHODS, identity_of
from ganprune.objective import Objectives
from ganprune.point import Point
from study.analysis.pareto import NOTHING, area_of, dense
from study.analysis.standing import Standing, corners_of, saved_at, standing, takes_part
from study.records.study import StudyLog
from study.settings.policy import Policy

Rank = tuple[float, float, float]  # larger is better: what it adds to the others' area, its own area, its best skill
Place = tuple[int, bool]  # an epoch, and whether methods train for themselves
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

    def __init__(self, log: StudyLog, factor: int, by: Objectives = Objectives()):
        self._factor, self._by, self._dense = factor, by, None
        self._at: dict[Place, Rung] = defaultdict(Rung)
        self._seen: list[tuple[Place, Hashable, Point]] = []
        for trial in log.trials.values():
            for point in trial.points.values():
                self.add(point, trial.settings)

    def add(self, point: Point, settings: TrialSettings) -> None:
        """Note a point, scored at a rung or at the end of a training of as many epochs."""
        if takes_part(point):
            self._seen.append((_place(settings, point.epoch), identity_of(settings), point))
            self._hold_against(point)
            self._note(*self._seen[-1])

    def _hold_against(self, point: Point) -> None:
        """Where it is a better dense model than all before, what others save is told anew."""
        self._dense = dense([*filter(None, [self._dense]), point], self._by)
        if (by := self._by.against(self._dense)) != self._by:
            self._by = by
            self._at.clear()
            for seen in self._seen[:-1]:
                self._note(*seen)

    def _note(self, place: Place, training: Hashable, point: Point) -> None:
        self._at[place].add(training, saved_at(point, self._by), point.scores["skill"])

    def lets_pass(self, settings: TrialSettings, epoch: int) -> bool:
        """Whether this training is one of the best of those that came to this epoch: one of `factor`, at least one."""
        return self._at[_place(settings, epoch)].has_among_best(identity_of(settings), self._factor)


def _place(settings: TrialSettings, epoch: int) -> Place:
    return epoch, METHODS[settings.prune.method].owns_training


class Rung:
    """The curves of all trainings that came to one epoch; one more is judged as fast among ten thousand as among ten.

    Who leads, by a corner that no other curve covers, adds something to the area; all others add nothing and stand
    behind, in the order of their own areas.
    """

    def __init__(self):
        self._skills: dict[Hashable, dict[float, float]] = defaultdict(dict)  # by training and what is saved
        self._changed: set[Hashable] = set()
        self._own: dict[Hashable, Standing] = {}
        self._order: list[Standing] = []  # the same, ascending
        self._front, self._leaders = NOTHING, []  # corners that no other covers, and whose they are

    def add(self, training: Hashable, saved: float, skill: float) -> None:
        if skill > self._skills[training].get(saved, -inf):
            self._skills[training][saved] = skill
            self._changed.add(training)

    def has_among_best(self, training: Hashable, factor: int) -> bool:
        self._settle()
        if training not in self._own:
            return False
        places, leading = ceil(len(self._own) / factor), set(self._leaders)
        if training not in leading:
            return len(leading) + self._ahead(self._own[training], leading) < places
        return len(leading) <= places or self._rank_of_leader(training) < places

    def _ahead(self, own: Standing, leading: set[Hashable]) -> int:
        """How many of those who do not lead are better by themselves."""
        better = len(self._order) - bisect_right(self._order, own)
        return better - sum(self._own[leader] > own for leader in leading)

    def _rank_of_leader(self, training: Hashable) -> int:
        """Among leaders counts what they add; asked only while most curves lead, so while there are few."""
        ranked = ranks({each: corners_of(skills) for each, skills in self._skills.items()})
        return sum(other > ranked[training] for other in ranked.values())

    def _settle(self) -> None:
        """Take in what was added since the last look."""
        curves = {training: corners_of(self._skills[training]) for training in self._changed}
        for training, corners in curves.items():
            if training in self._own:
                del self._order[bisect_left(self._order, self._own[training])]
            self._own[training] = standing(corners)
            insort(self._order, self._own[training])
        owners = [*self._leaders, *(training for training, corners in curves.items() for _ in corners)]
        corners = np.vstack([self._front, *curves.values()])
        kept = moocore.is_nondominated(corners, maximise=True) & (corners > 0).all(axis=1) if owners else []
        self._front, self._leaders = corners[kept], [owner for owner, keep in zip(owners, kept, strict=True) if keep]
        self._changed.clear()


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
