"""What it is worth that recovery averages a generator's weights: fcd by the dense network's after 87.5 % magnitude.

Beside it stand the weights of the last step of the same recovery, and no recovery at all. CIFAR-10 at CPU size, dense
networks of the store of OUT or trained now, three seeds: `python -m bench.recovered_average`, half an hour.
"""

from torch import nn

from bench.cifar10 import data_dir
from bench.figure import Figure, figure, not_measured, shown
from bench.yardstick import prepared
from ganprune.config import TrialSettings
from ganprune.curve import Curve
from ganprune.evaluator import Evaluator
from ganprune.hooks import TrainingHook
from ganprune.masks import masked
from ganprune.methods import METHODS
from ganprune.metrics.threads import one_thread
from ganprune.recover import recover
from ganprune.run import Run
from ganprune.train import Training
from study.settings.arguments import asked
from study.settings.variables import given

SHARE, STEPS, SEEDS = 0.875, 600, 3
TRAINED = {"epochs": 6, "epoch_images": 25_000}
PRUNED = {"method": "magnitude", "own": {}, "recovery": "finetune", "recovery_rate": 1.0, "recovery_steps": STEPS}
NAMES = ("recovered_average", "recovered_last_step", "not_recovered")


class Onlooker(TrainingHook):
    """Keeps hold of the generator that recovers, whose own weights are those of the last step."""

    generator: nn.Module

    def after_step(self, training: Training) -> None:
        self.generator = training.generator


def figures() -> list[Figure]:
    folder = data_dir()
    if folder is None:
        return [not_measured(name, None, "x", "lower") for name in NAMES]
    variables = {"DATASET": "cifar10", "SPACE": "cifar10-cpu", "DATA_DIR": folder, "OUT": given().out}
    plan, evaluator = prepared(asked(variables))
    settings = plan.space.compared(evaluator.images.channels, plan.seed).with_prune(**PRUNED).with_train(**TRAINED)
    with one_thread():
        found = [ratios(evaluator, settings.with_train(seed=seed)) for seed in range(SEEDS)]
    return [figure(name, [each[name] for each in found], "x", "lower", None) for name in NAMES]


def ratios(evaluator: Evaluator, settings: TrialSettings) -> dict[str, float]:
    """By name, from the same latents and held against the same `search` pictures."""
    training = Training(settings.model, settings.train)
    run = Run(settings, evaluator, training)
    for trained in run.train():
        print(f"  seed {settings.train.seed}, epoch {trained.epoch} of {settings.train.epochs}", flush=True)
    curve, onlooker = Curve(METHODS["magnitude"], run), Onlooker()
    masks = {"generator": curve.cut.masks(curve.cut.threshold(SHARE))}
    bare, student = (masked(curve.dense, masks["generator"]) for _ in range(2))
    steps, pictures = settings.prune.recovery_steps, evaluator.training_set
    recover(student, curve.dense, training, pictures, settings.prune, masks, steps, {"onlooker": onlooker})
    nets = (curve.dense, student, onlooker.generator, bare)
    dense, *fcds = [evaluator.fcd(evaluator.draw(training.recalibrated(net.state_dict()))) for net in nets]
    return {name: fcd / dense for name, fcd in zip(NAMES, fcds, strict=True)}


if __name__ == "__main__":
    for one in figures():
        print(shown(one))
