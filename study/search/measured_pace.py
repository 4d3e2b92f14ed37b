"""How fast a machine is, measured before anything is promised."""

import time
from collections.abc import Callable

from ganprune import seeds
from ganprune.config import TrialSettings
from ganprune.evaluator import Evaluator, drift_from
from ganprune.pace import Pace
from ganprune.train import Training


def measure_pace(evaluator: Evaluator, settings: TrialSettings, deadline: float, steps: int = 4) -> tuple[Pace, int]:
    """Seconds of a step and of a scored point, and bytes of a stored state, before anything is promised."""
    training = Training(settings.model, settings.train, evaluator.device)
    random = seeds.generator(settings.train.seed, "pace", device=evaluator.device)
    pixels, labels, *source = evaluator.training_set
    order = training.order(len(pixels), random)[:1].expand(steps, -1)
    training.train_on(pixels, labels, order[:1], random, *source)  # the first one pays for set-up
    step_seconds = _seconds(lambda: training.train_on(pixels, labels, order, random, *source)[-1]["d"].tolist()) / steps
    state_bytes = sum(tensor.nbytes for tensor in training.tensors().values())
    return Pace(deadline, step_seconds, score_seconds(evaluator, training)), state_bytes


def score_seconds(evaluator: Evaluator, training: Training) -> float:
    """Of a point, its recovery apart."""

    def score() -> None:
        net = training.dense_generator()
        evaluator.fcd(evaluator.draw(net))
        drawn = evaluator.draw(net)
        evaluator.quality(drawn)
        drift_from(drawn, drawn)

    return _seconds(score)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
