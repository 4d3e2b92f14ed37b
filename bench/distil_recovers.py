"""What a well-trained network that lost 87.5 % of its weights gets back by distilling: its fcd by the dense one's.

The network is a DCGAN of width 64 after 40 epochs on CIFAR-10, whose file in DATA_DIR has no optimisers: recovery
begins with fresh ones. What the same weights score without any recovery stands beside it. Seeds of the recovery draw
other pictures and latents. A step is 2 to 3 s of one core, all of them hours, and half a minute on a GPU:
`python -m bench.distil_recovers`, not a part of `make bench`.
"""

from pathlib import Path

from safetensors.torch import load_file

from bench.cifar10 import data_dir
from bench.figure import Figure, figure, not_measured, shown
from bench.full_size import full_size
from ganprune.config import PruneSettings, TrainSettings, TrialSettings
from ganprune.curve import Curve
from ganprune.evaluator import Evaluator
from ganprune.methods import METHODS
from ganprune.metrics.threads import one_thread
from ganprune.run import Run
from ganprune.train import Training

STATE = "dcgan-cifar10-h100.safetensors"
TRAINED = {"lr_g": 5.62e-4, "lr_d": 3.16e-4}
SPARSITY = 0.875
STEPS, SEEDS = 2000, 3
RATE = 1.0  # of the learning rates of training; at 0.3 it is still on its way after so many steps
NAMES = {"pruned_without_recovery": None, "distil_recovers": 1.25}  # and what to reach
UNIT, BETTER = "x", "lower"


def figures() -> list[Figure]:
    folder = data_dir()
    if folder is None or not (folder / STATE).exists():
        print(f"  {STATE} and CIFAR-10 are needed in DATA_DIR", flush=True)
        return [not_measured(name, reach, UNIT, BETTER) for name, reach in NAMES.items()]
    _, evaluator = full_size()
    with one_thread():
        bare, recovered = (
            [ratio(evaluator, folder / STATE, seed, steps) for seed in range(SEEDS)] for steps in (0, STEPS)
        )
    return [
        figure(name, found, UNIT, BETTER, reach)
        for (name, reach), found in zip(NAMES.items(), (bare, recovered), strict=True)
    ]


def ratio(evaluator: Evaluator, state: Path, seed: int, steps: int) -> float:
    """By the dense network's, from the same latents and held against the same `search` pictures."""
    curve = distilled(evaluator, state, seed, steps)
    ((threshold, target),) = curve.solved([SPARSITY])
    small = curve.candidate(threshold, target).net
    return evaluator.fcd(evaluator.draw(small)) / evaluator.fcd(evaluator.draw(curve.dense))


def distilled(evaluator: Evaluator, state: Path, seed: int, steps: int) -> Curve:
    prune = PruneSettings(method="magnitude", own=METHODS["magnitude"].Settings().model_dump())
    prune = prune.model_copy(update={"recovery": "distil", "recovery_steps": steps, "recovery_rate": RATE})
    settings = TrialSettings(model=evaluator.model, train=TrainSettings(seed=seed, **TRAINED), prune=prune)
    training = Training(settings.model, settings.train, evaluator.device)
    training.restore(training.tensors() | load_file(state))
    return Curve(METHODS[prune.method], Run(settings, evaluator, training))


if __name__ == "__main__":
    for found in figures():
        print(shown(found))
