"""Does bf16 cost quality? The same trainings in bf16 and in TF32, CIFAR-10 at full size: fcd by fcd, pair by pair.

Its value is the geometric mean of the pairs' ratios, its spread the 95 % interval of that mean (Student's t of their
logarithms); bf16 is on where the upper end is at most 1.05. A pair has one seed, all of them the same settings.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from statistics import fmean, stdev

import torch
from scipy.stats import t as student

from bench.figure import Figure, not_measured
from bench.full_size import full_size
from ganprune.config import TrainSettings
from ganprune.evaluator import Evaluator
from ganprune.own_stream import own_stream
from ganprune.train import Training

SEEDS = 8
SETTINGS = TrainSettings(lr_g=3.16e-4, lr_d=2.11e-4)  # the middle of what was good at 40 epochs
EPOCHS = (20, 40)
PRECISIONS = ("bf16", "float32")
ALLOWED = 1.05
NAME = "bf16_quality"


def figures() -> list[Figure]:
    if not torch.cuda.is_available() or not full_size():
        return [not_measured(f"{NAME}_{epochs}", ALLOWED, "x", "lower") for epochs in EPOCHS]
    _, evaluator = full_size()
    return [compared(epochs, *found) for epochs, found in trained(evaluator).items()]


def trained(evaluator: Evaluator) -> dict[int, list[list[float]]]:
    """By epochs and precision: fcd of every seed; all trainings at once, a lane each."""
    every = [(precision, seed) for seed in range(SEEDS) for precision in PRECISIONS]
    evaluator.training_set  # noqa: B018 - there before two lanes ask for it at once
    with ThreadPoolExecutor(len(every)) as lanes:
        found = dict(zip(every, lanes.map(lambda one: fcds(evaluator, *one), every), strict=True))
    print("  " + ", ".join(f"{name} {seed}: {values}" for (name, seed), values in found.items()), flush=True)
    seeds = range(SEEDS)
    return {
        epochs: [[found[precision, seed][at] for seed in seeds] for precision in PRECISIONS]
        for at, epochs in enumerate(EPOCHS)
    }


def fcds(evaluator: Evaluator, precision: str, seed: int) -> list[float]:
    settings = SETTINGS.model_copy(update={"precision": precision, "seed": seed})
    training = Training(evaluator.model, settings, evaluator.device)
    found = []
    with own_stream(evaluator.device):
        while training.epoch < EPOCHS[-1]:
            training.train_epoch(*evaluator.training_set)
            if training.epoch in EPOCHS:
                found.append(round(evaluator.fcd(evaluator.draw(training.dense_generator())), 3))
    return found


def compared(epochs: int, halves: list[float], fulls: list[float]) -> Figure:
    logs = [math.log(half / full) for half, full in zip(halves, fulls, strict=True)]
    error = student.ppf(0.975, len(logs) - 1) * stdev(logs) / math.sqrt(len(logs))
    low, value, high = (math.exp(fmean(logs) + sign * error) for sign in (-1, 0, 1))
    return Figure(f"{NAME}_{epochs}", value, "x", "lower", ALLOWED, high <= ALLOWED, len(logs), [low, high])
