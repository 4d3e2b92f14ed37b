"""Does fast training cost quality? Ours beside the DCGAN tutorial's loop: same settings, networks and seeds, digits.

Both are scored alike: raw weights, batch norm recalibrated, fcd of 1,000 pictures on `search`. Both begin with the same
weights; after that each draws pictures and latents in its own order, so a pair of runs differs as two seeds do.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import mean, stdev

import torch

from bench import tutorial
from bench.figure import Figure
from bench.yardstick import prepared
from ganprune.config import TrialSettings
from ganprune.evaluator import Evaluator
from ganprune.models.gan import recalibrate
from ganprune.train import Training
from study.settings.arguments import asked
from study.settings.machine import this_machine

SEEDS = 5
DRAWN = {"lr_g": 1e-3, "lr_ratio": 1.78, "epochs": 80}


def figures() -> list[Figure]:
    jobs = [(name, seed) for seed in range(SEEDS) for name in LOOPS]
    with ProcessPoolExecutor(this_machine().workers, mp_context=get_context("spawn")) as pool:
        found = dict(zip(jobs, pool.map(fcd_of, jobs), strict=True))
    print("  " + ", ".join(f"{name} {seed}: {value:.3g}" for (name, seed), value in found.items()), flush=True)
    ours, theirs = ([found[name, seed] for seed in range(SEEDS)] for name in LOOPS)
    return [compared(ours, theirs)]


def compared(ours: list[float], theirs: list[float]) -> Figure:
    """Mean by mean; what two standard errors could explain counts as no worse."""
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    value, reach = mean(ours) / mean(theirs), 1 + 2 * luck(ours, theirs)
    return Figure("train_quality", value, "x", "lower", reach, value <= reach, len(ratios), [min(ratios), max(ratios)])


def luck(ours: list[float], theirs: list[float]) -> float:
    """Standard error of the difference of the means, as a share of theirs."""
    return ((stdev(ours) ** 2 + stdev(theirs) ** 2) / len(ours)) ** 0.5 / mean(theirs)


def fcd_of(job: tuple[str, int]) -> float:
    torch.set_num_threads(1)
    (name, seed), (plan, evaluator) = job, prepared(asked({"DATASET": "digits"}))
    settings = plan.space.settings(DRAWN, evaluator.images.channels, plan.seed).with_train(seed=seed)
    return LOOPS[name](settings, evaluator)


def our_fcd(settings: TrialSettings, evaluator: Evaluator) -> float:
    training = Training(settings.model, settings.train)
    for _ in range(settings.train.epochs):
        training.train_epoch(evaluator.pixels)
    return scored(training.generator, training, evaluator)


def tutorials_fcd(settings: TrialSettings, evaluator: Evaluator) -> float:
    pair = tutorial.begin(settings.model, settings.train)
    batches, random = tutorial.loader(evaluator.images.train.pixels, settings.train), torch.Generator()
    random.manual_seed(settings.train.seed)
    for _ in range(settings.train.epochs):
        tutorial.train_epoch(pair, batches, random)
    return scored(pair.generator, Training(settings.model, settings.train), evaluator)


def scored(net: torch.nn.Module, training: Training, evaluator: Evaluator) -> float:
    recalibrate(net, training.recalibration_inputs())
    return evaluator.fcd(evaluator.draw(net.eval()))


LOOPS = {"ours": our_fcd, "tutorial": tutorials_fcd}
