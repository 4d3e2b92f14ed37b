"""When a trial is looked at on its way, and whether it may be stopped there: only where looks are known to tell."""

from collections.abc import Iterable

from ganprune.config import TrialSettings
from ganprune.methods import METHODS
from ganprune.point import Point
from study.analysis.pareto import LiveFront
from study.analysis.short_trainings import Epochs, Seen, ShortTrainings
from study.records.study import StudyLog, TrialLog
from study.search.stopping import Rungs, rungs
from study.settings.plan import Plan
from study.settings.policy import Policy


class Looks:
    """Those of a study; `recorded`: trainings of others, which tell at which rungs to stop."""

    def __init__(self, plan: Plan, policy: Policy, log: StudyLog, recorded: Iterable[Seen], front: LiveFront):
        self._space, self._policy, self._front = plan.space, policy, front
        self._rungs = Rungs(log, policy.factor, plan.objectives.searched)
        self._short_trainings = ShortTrainings(log.ended, recorded)

    def of(self, number: int, settings: TrialSettings) -> tuple[int, ...]:
        """The rungs of a trial; what is wanted anyhow has none."""
        if number < len(self._space.first):
            return ()
        return rungs(settings.train.epochs, self._space.epochs, self._policy)

    def stops(self, number: int, settings: TrialSettings) -> tuple[int, ...]:
        """At which looks it may be stopped: where those before have shown what a look tells, and some trials never."""
        if number % self._policy.spared == 0:
            return ()
        looks, end, own = self.of(number, settings), settings.train.epochs, METHODS[settings.prune.method].owns_training
        return tuple(epoch for epoch in looks if self._is_trusted((epoch, end), own))

    def _is_trusted(self, epochs: Epochs, own: bool) -> bool:
        least = self._policy.least_rank
        return least is None or self._short_trainings.tell(epochs, self._front.by, own).trusted(least)

    def let_pass(self, trial: TrialLog, epoch: int) -> bool:
        """Whether a trial that came to this epoch goes on."""
        return epoch not in (trial.stops or ()) or self._rungs.lets_pass(trial.settings, epoch)

    def note(self, point: Point, settings: TrialSettings) -> None:
        """A new point, at a look or at the end of a training."""
        self._rungs.add(point, settings)

    def end(self, trial: TrialLog) -> None:
        self._short_trainings.add(trial)
