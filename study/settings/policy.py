"""How a study spends its compute: every choice that a replay of recorded curves can judge. The defaults won there."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Policy:
    """What is told to Optuna, when trials are stopped, and when a trained model's other methods are tried."""

    sampler: Literal["tpe", "random"] = "tpe"
    multivariate: bool = False  # TPE draws all settings together; Optuna's own default for many objectives is not to
    centre: bool = True  # begin in the middle of the space, as Ax does, where the space says no better
    startup_trials: int = 8  # drawn at random before the sampler takes over
    told_per_trial: int = 5  # points of a curve: the trial's own, the others spread from dense to sparsest
    told_at_most: int = 2000  # points in all: the sampler's answer slows down with their number
    first_rung: float | None = 0.25  # of a trial's epochs: the first look at which it may be stopped; None: never
    factor: int = 2  # one of so many trials passes a rung
    least_rank: float | None = 0.3  # a rung stops where its rank correlation with the end is surely above; None: always
    spared: int = 5  # one of so many trials is never stopped, so that the survivors are not all that is seen
    siblings: Literal["never", "front", "always"] = "front"  # a trained model's other methods: when they are tried
    refined: int = 8  # points of a curve beside the shared ones, where it steps down most
