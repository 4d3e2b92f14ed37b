"""How fast this machine was seen to be, and when the work must be over."""

import math
import time
from dataclasses import dataclass

from ganprune.config import TrainSettings, TrialSettings


@dataclass(frozen=True)
class Pace:
    deadline: float = math.inf  # seconds since 1970
    step_seconds: float = 0.0  # of training
    score_seconds: float = 0.0  # of a point, recovery apart

    def epoch_seconds(self, train: TrainSettings, pictures: int) -> float:
        return self.step_seconds * train.epoch_steps(pictures)

    def point_seconds(self, settings: TrialSettings) -> float:
        prune = settings.prune
        steps = prune.recovery_steps if prune.recovers else 0
        return self.score_seconds + self.step_seconds * (steps / len(prune.targets) if prune.recovery_along else steps)

    def curve_seconds(self, settings: TrialSettings) -> float:
        """Of the shared targets and the trial's own point."""
        return self.point_seconds(settings) * (len(settings.prune.targets) + 1)

    @property
    def left(self) -> float:
        return self.deadline - time.time()

    def allows(self, seconds: float) -> bool:
        return seconds <= self.left
