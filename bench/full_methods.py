"""What the methods are worth at full size: CIFAR-10, 40 epochs, 87.5 % of the weights gone, on a GPU.

`python -m bench.full_methods`, some six minutes on an H100: every method from the same seeds, each with as many
pictures in all as the dense network had (`study.settings.arms`), a lane each. A figure is fcd by the dense network's,
the geometric mean over seeds, its spread the 95 % interval of that mean (Student's t of their logarithms).
"""

import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import torch

from bench.figure import RESULTS, Figure, not_measured, shown, write
from bench.full_size import full_size
from ganprune.config import TrialSettings
from ganprune.evaluator import Evaluator
from ganprune.own_stream import own_stream
from ganprune.point import Finished, Point, Scored
from ganprune.trial import run_trial
from study.analysis.matched import Place, score_at
from study.analysis.paired import paired
from study.settings.arms import method_arms

SHARE, EPOCHS, SEEDS = 0.875, 40, 3
ONE_SHOT, METHODS = "one_shot", ("magnitude", "gradual", "sparse_training", "regan")
TRAINED = {"lr_g": 3.16e-4, "lr_ratio": 1.5, "epochs": EPOCHS}  # good at 40 epochs (docs/gpu.md)
ALLOWED = 1.15
FILE = RESULTS.with_name("full_methods.json")

Fcds = dict[int, float]  # by seed


def figures() -> list[Figure]:
    arms = [ONE_SHOT, *METHODS]
    if not torch.cuda.is_available() or not full_size():
        return [not_measured(f"full_{arm}", ALLOWED, "x", "lower") for arm in arms]
    plan, evaluator = full_size()
    whole = plan.space.settings(TRAINED | plan.space.unrecovered, evaluator.images.channels, plan.seed)
    every = [(arm, seed, settings_of(arm, whole, len(evaluator.pixels), seed)) for seed in range(SEEDS) for arm in arms]
    with ThreadPoolExecutor(len(every)) as lanes:
        points = list(lanes.map(lambda one: scored(*one, evaluator), every))
    found = dict(zip([one[:2] for one in every], points, strict=True))
    dense = {seed: found[ONE_SHOT, seed][0].scores["fcd"] for seed in range(SEEDS) if found[ONE_SHOT, seed]}
    return [compared(arm, {seed: fcd(found[arm, seed]) for seed in range(SEEDS)}, dense) for arm in arms]


def settings_of(arm: str, whole: TrialSettings, pictures: int, seed: int) -> TrialSettings:
    seeded = whole.with_train(seed=seed)
    if arm == ONE_SHOT:
        return seeded.with_prune(method="magnitude", own={}, targets=(0.0, SHARE), recovery_steps=0)
    (asked,) = method_arms(seeded, arm, [SHARE], pictures)
    return asked.settings


def scored(arm: str, seed: int, settings: TrialSettings, evaluator: Evaluator) -> list[Point]:
    """Its points after the last epoch, the densest first; none of a training that diverged."""
    with own_stream(evaluator.device):
        events = list(run_trial(seed, settings, evaluator))
    if events[-1] != Finished("completed"):
        print(f"  {arm} {seed}: {events[-1]}", flush=True)
        return []
    points = [event.point for event in events if isinstance(event, Scored)]
    last = sorted((each for each in points if each.epoch == settings.train.epochs), key=lambda each: each.sparsity)
    told = ", ".join(f"{each.sparsity:.4f}: {each.scores['fcd']:.3f}" for each in last)
    print(f"  {arm} {seed}: {told}", flush=True)
    return last


def fcd(points: Iterable[Point]) -> float | None:
    return score_at([Place(each.sparsity, each.scores["fcd"]) for each in points], SHARE)


def compared(arm: str, fcds: dict[int, float | None], dense: Fcds) -> Figure:
    """Seeds that did not get there are left out."""
    name, pairs = f"full_{arm}", paired({seed: each for seed, each in fcds.items() if each}, dense)
    if pairs is None:
        return not_measured(name, ALLOWED, "x", "lower")
    return Figure(
        name, pairs.ratio, "x", "lower", ALLOWED, pairs.ratio <= ALLOWED, len(pairs.logs), [*pairs.interval(0.05)]
    )


def main() -> None:
    torch.set_num_threads(1)  # of each lane, as in a study
    found = figures()
    for one in found:
        print(shown(one))
    write(found, "python -m bench.full_methods", FILE)


if __name__ == "__main__":
    sys.exit(main())
