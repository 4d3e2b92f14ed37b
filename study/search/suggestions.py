"""What is tried next: what the space begins with, the other methods of a good training, or what Optuna suggests, as
far as each kind of method gets its part of the pictures."""

from typing import Any

from ganprune.config import TrialSettings
from ganprune.pace import Pace
from study.analysis.pareto import LiveFront
from study.records.study import StudyLog, TrialLog
from study.search.fair_share import FairShare
from study.search.optuna_study import OptunaStudy
from study.search.siblings import Siblings
from study.settings.plan import Plan
from study.settings.policy import Policy


class Suggestions:
    """Those of one study; hears of every trial that is asked for, and of its end."""

    def __init__(self, plan: Plan, log: StudyLog, optuna_study: OptunaStudy, front: LiveFront, policy: Policy):
        self._space, self._seed, self._log = plan.space, plan.seed, log
        self._optuna_study, self._front, self._policy = optuna_study, front, policy
        self._parents = [trial for trial in log.ended if trial.ended.state == "completed"]
        self._siblings = Siblings(plan.space, log.trials.values())
        self._fair_share = FairShare(plan.space, log.ended)

    def new(self, number: int) -> tuple[TrialSettings, dict[str, Any]]:
        """The settings of a trial, and what was drawn for it."""
        parent, fixed = None, self._put_first(number)
        if not fixed:
            parent, fixed = self._siblings.missing(self._worth_more()) or (None, self._fair_share.next())
        drawn = self._optuna_study.ask(number, fixed)
        settings = self._settings(drawn)
        if parent:
            settings = settings.model_copy(update={"model": parent.settings.model, "train": parent.settings.train})
        return settings, drawn

    def again(self, trial: TrialLog) -> None:
        """One that was asked for in an earlier call is tried once more."""
        self._optuna_study.ask(trial.number, trial.drawn)

    def note(self, trial: TrialLog) -> None:
        self._siblings.note(trial)

    def end(self, trial: TrialLog) -> None:
        if trial.ended.state == "completed":
            self._parents.append(trial)
        self._fair_share.note(trial)
        self._optuna_study.tell(trial)

    def least_seconds(self, pace: Pace) -> float:
        """Of a trial worth starting: the shortest training and a curve; an epoch and two points while there is none."""
        settings, pictures = self._settings({}), self._log.header["data"]["train"]
        shortest = min(self._space.epochs), len(self._space.prune.targets) + 1
        epochs, points = shortest if self._parents else (1, 2)
        return epochs * pace.epoch_seconds(settings.train, pictures) + points * pace.score_seconds

    def _settings(self, drawn: dict[str, Any]) -> TrialSettings:
        data = self._log.header["data"]
        return self._space.settings(drawn, data["channels"], self._seed, data["classes"])

    def _put_first(self, number: int) -> dict[str, Any] | None:
        """What the space begins with; where that is the paper's setting alone, then the middle of the space."""
        first = self._space.first
        if number < len(first):
            return first[number]
        return self._space.centre if self._policy.centre and number == len(first) <= 1 else None

    def _worth_more(self) -> list[TrialLog]:
        """Ended trials whose training deserves its other methods."""
        match self._policy.siblings:
            case "never":
                return []
            case "always":
                return self._parents
        on_front = {point.trial for point in self._front.front}
        return [trial for trial in self._parents if trial.number in on_front]
