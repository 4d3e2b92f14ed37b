"""What a well-trained network that lost 87.5 % of its weights gets back by distilling: its fcd by the dense one's.

The network is a DCGAN of width 64 after 40 epochs on CIFAR-10, whose file in DATA_DIR has no optimisers: recovery
begins with fresh ones. What the same weights score without any recovery stands beside it. Seeds of the recovery draw
other pictures and latents. A step is 2 to 3 s of one core, all of them hours: `python -m bench.distil_recovers`, not a
part of `make bench`.
"""

from pathlib import Path

from safetensors.torch import load_file

from bench.figure import Figure, figure, shown
from bench.real import data_dir
from bench.yardstick import prepared
from ganprune.config import PruneSettings, TrainSettings, TrialSettings
from ganprune.cut import Curve
from ganprune.evaluator import Evaluator
from ganprune.methods import METHODS
from ganprune.metrics.threads import one_thread
from ganprune.run import Run
from ganprune.train import Training
from study.settings.arguments import asked

STATE = "dcgan-cifar10-h100.safetensors"
SPACE = "cifar10-gpu"
TRAINED = {"lr_g": 5.62e-4, "lr_d": 3.16e-4}
SPARSITY = 0.875
STEPS, SEEDS = 2000, 3
REACH = 1.25
UNIT, BETTER = "x", "lower"


def figures() -> list[Figure]:
    folder = data_dir()
    if folder is None or not (folder / STATE).exists():
        print(f"  {STATE} and CIFAR-10 are needed in DATA_DIR", flush=True)
        return [not_measured("pruned_without_recovery", None), not_measured("distil_recovers", REACH)]
    _, evaluator = prepared(asked({"DATASET": "cifar10", "SPACE": SPACE, "DATA_DIR": folder}))
    with one_thread():
        bare, recovered = (
            [ratio(evaluator, folder / STATE, seed, steps) for seed in range(SEEDS)] for steps in (0, STEPS)
        )
    return [
        figure("pruned_without_recovery", bare, UNIT, BETTER, None),
        figure("distil_recovers", recovered, UNIT, BETTER, REACH),
    ]


def not_measured(name: str, reach: float | None) -> Figure:
    return Figure(name, None, UNIT, BETTER, reach, None, 0, [])


def ratio(evaluator: Evaluator, state: Path, seed: int, steps: int) -> float:
    """By the dense network's, from the same latents and held against the same `search` pictures."""
    curve = distilled(evaluator, state, seed, steps)
    ((threshold, target),) = curve.solved([SPARSITY])
    small = curve.candidate(threshold, target).net
    return evaluator.fcd(evaluator.draw(small)) / evaluator.fcd(evaluator.draw(curve.dense))


def distilled(evaluator: Evaluator, state: Path, seed: int, steps: int) -> Curve:
    prune = PruneSettings(method="magnitude", own=METHODS["magnitude"].Settings().model_dump())
    prune = prune.model_copy(update={"recovery": "distil", "recovery_steps": steps})
    settings = TrialSettings(model=evaluator.model, train=TrainSettings(seed=seed, **TRAINED), prune=prune)
    training = Training(settings.model, settings.train)
    training.restore(training.tensors() | load_file(state))
    return Curve(METHODS[prune.method], Run(settings, evaluator, training))


if __name__ == "__main__":
    for found in figures():
        print(shown(found))
