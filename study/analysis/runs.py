"""What the arms of a comparison came to, seed by seed, and what that cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from statistics import fmean

from ganprune.config import ModelSettings, TrainSettings
from ganprune.methods import METHODS
from ganprune.point import Point
from study.analysis.matched import Place, score_at
from study.records.study import StudyLog, TrialLog
from study.settings.arms import DENSE
from study.settings.comparison import Comparison, Group

Made = tuple[TrialLog, Point]


@dataclass(frozen=True)
class Runs:
    log: StudyLog
    comparison: Comparison
    pictures: int  # of the training set

    def made(self, name: str, seed: int) -> list[Made]:
        """The points of the arms of this name, at the end of their training."""
        trials = (arm.listed(seed).among(self.log) for arm in self.comparison.named(name))
        return [(trial, point) for trial in trials for point in last_points(trial) if isfinite(self.score(point))]

    def score(self, point: Point, metric: str | None = None) -> float:
        return float(point.scores[metric or self.log.objectives.quality.metric])

    def dense(self, seed: int) -> Point | None:
        made = self.made(DENSE, seed)
        return made[-1][1] if made else None

    def at(self, group: Group, name: str, seed: int) -> float | str:
        """What it scores at the group's share, or why it does not."""
        for arm in self.comparison.named(name):
            trial = arm.listed(seed).among(self.log)
            if arm.asked in (None, group.share) and not last_points(trial):
                return _why(trial)
        if group.share is None:
            made = self.made(name, seed)
            return self.score(made[-1][1], group.metric) if made else "not finite"
        return score_at(self.curve(group.shares_of, name, seed, group.metric), group.share) or "not reached"

    def beside(self, group: Group, name: str, seed: int) -> float | str:
        """What the group's own arm scores where this one stands."""
        nearest = self.nearest(group, name, seed)
        if group.alike or not nearest:
            return self.at(group, group.against, seed)
        share = self.saved(group.cost, *nearest)
        return score_at(self.curve(group.cost, group.against, seed, group.metric), share) or "not reached"

    def curve(self, cost: str, name: str, seed: int, metric: str | None = None) -> list[Place]:
        """From the dense network on."""
        dense = self.dense(seed)
        start = [Place(0.0, self.score(dense, metric))] if dense else []
        made = self.made(name, seed)
        return [*start, *(Place(self.saved(cost, *each), self.score(each[1], metric)) for each in made)]

    def nearest(self, group: Group, name: str, seed: int) -> Made | None:
        """Of its measured points the one beside the group's share, or the last where there is none."""
        made = self.made(name, seed)
        if group.share is None:
            return made[-1] if made else None
        return min(made, key=lambda each: abs(self.saved(group.shares_of, *each) - group.share), default=None)

    def saved(self, cost: str, trial: TrialLog, point: Point) -> float:
        """The share that it saves of the dense network from the same seed; a narrower one has fewer weights."""
        whole = self.dense(trial.settings.train.seed)
        if not whole:
            return point.sparsity
        if cost != "sparsity":
            return 1 - point.scores[cost] / whole.scores[cost]
        narrow = trial.settings.model != self.log.trials[whole.trial].settings.model
        return 1 - (1 - point.sparsity) * (point.scores["params"] / whole.scores["params"] if narrow else 1)

    def gap(self, name: str, seeds: Iterable[int]) -> list[float]:
        """Of the discriminator's logits while it was fine-tuned, look by look: means over seeds; none where not."""
        seen = [point.gap for seed in seeds for _, point in self.made(name, seed)[-1:] if point.gap]
        return [fmean(looks) for looks in zip(*seen, strict=False)]

    def images(self, trial: TrialLog, point: Point) -> int:
        """Pictures that both networks were shown for this point, a teacher's among them."""
        return self._shown(trial, _epochs_before(trial) + point.epoch) + point.images

    def price(self, name: str, seed: int) -> int:
        """Pictures of all its points from one seed; a training or a teacher that they share counts once."""
        made = self.made(name, seed)
        trainings = {_training(trial): self._shown(trial, point.epoch) for trial, point in made}
        trainings |= {_teacher(trial): self._shown(trial, _epochs_before(trial)) for trial, _ in made}
        return sum(trainings.values()) + sum(point.images for _, point in made)

    def _shown(self, trial: TrialLog, epochs: int) -> int:
        train = trial.settings.train
        return epochs * train.epoch_steps(self.pictures) * train.batch


def last_points(trial: TrialLog | None) -> list[Point]:
    """Those of all its epochs, from dense to sparsest: earlier ones were given fewer pictures."""
    return [point for point in trial.curve if point.epoch == trial.settings.train.epochs] if trial else []


def _training(trial: TrialLog) -> str:
    """What is trained for it: where a trained network is cut, how it is cut plays no part."""
    prune = trial.settings.prune
    return _dense(trial.settings.model, trial.settings.train) + ("" if prune.recovers else prune.model_dump_json())


def _teacher(trial: TrialLog) -> str:
    train = trial.settings.train.model_copy(update={"epochs": _epochs_before(trial)})
    return _dense(trial.settings.model, train)


def _dense(model: ModelSettings, train: TrainSettings) -> str:
    return model.model_dump_json() + train.model_dump_json()


def _epochs_before(trial: TrialLog) -> int:
    prune = trial.settings.prune
    return METHODS[prune.method].epochs_before(prune)


def _why(trial: TrialLog | None) -> str:
    if not trial or not trial.ended:
        return "not run yet"
    return "not reached" if trial.ended.state == "completed" else trial.ended.state
