"""What it costs to recover a whole curve along itself: its seconds by those of recovering one point.

The network of `search_spaces/digits-cpu.yaml` on random pixels, one core, whose own seconds count: others may run.
Nothing is scored. The curve has the shared target sparsities, dense among them, and the trial's own threshold.
"""

import time
from collections.abc import Callable
from functools import cached_property

import torch
from torch import Tensor

from bench.figure import Figure, figure
from bench.train_speed import random_pixels
from ganprune.config import PruneSettings, TrialSettings
from ganprune.curve import Curve
from ganprune.methods import METHODS
from ganprune.metrics.threads import one_thread
from ganprune.run import Run
from ganprune.train import Training
from study.settings.space_file import load_space

STEPS = 350  # of the recovery of one point, and of the whole curve
ONE = 0.875  # target sparsity
PICTURES = 2048
REPEATS = 5
REACH = 1.5


def figures() -> list[Figure]:
    space = load_space("digits-cpu")
    settings = TrialSettings(model=space.model, train=space.train)
    with one_thread():
        ratios = [ratio(settings, STEPS) for _ in range(REPEATS)]
    return [figure("curve_recovery_cost", ratios, "x", "lower", REACH)]


def ratio(settings: TrialSettings, steps: int) -> float:
    whole, single = (recovering(settings, steps, along) for along in (True, False))
    return seconds(lambda: [whole.candidate(*each) for each in whole.thresholds()]) / seconds(
        lambda: [single.candidate(*each) for each in single.solved([ONE])]
    )


def recovering(settings: TrialSettings, steps: int, along: bool) -> Curve:
    own = METHODS["magnitude"].Settings().model_dump()
    prune = PruneSettings(method="magnitude", own=own, recovery="finetune", recovery_steps=steps, recovery_along=along)
    settings = settings.model_copy(update={"prune": prune})
    training = Training(settings.model, settings.train)
    return Curve(METHODS[prune.method], Run(settings, Pixels(), training))


class Pixels:
    """Stands where an evaluator does; recovery asks it for nothing but pictures."""

    @cached_property
    def training_set(self) -> tuple[Tensor, Tensor]:
        return torch.from_numpy(random_pixels(PICTURES, side=16)), torch.zeros(PICTURES, dtype=torch.long)


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
