"""How many trials are worth running on one GPU at once: small GANs leave it idle, so it is measured, not guessed."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

import torch
from torch import Tensor

from ganprune.config import TrialSettings
from ganprune.train import Training

MEMORY = 0.8  # of a GPU's, so that scoring finds room as well
GAIN = 1.15  # times the speed of half as many; less is not worth their memory
STEPS, WARM_UP = 100, 20
MOST = 16
Pictures = tuple[Tensor, Tensor]  # uint8, and the labels of their classes


@dataclass(frozen=True)
class Measured:
    """What trials that run at once came to."""

    speed: float  # pictures a second, all of them together
    memory: float  # share of the device's that they use, all of them together


def trials_at_once(measure: Callable[[int], Measured], tell: Callable[[str], None], most: int = MOST) -> int:
    """Twice as many, as long as they fit and are faster together."""
    chosen = 1
    try:
        found = measure(1)
        while 2 * chosen <= most and 2 * found.memory <= MEMORY:
            more = measure(2 * chosen)
            if more.speed < GAIN * found.speed:
                break
            chosen, found = 2 * chosen, more
    except RuntimeError as error:  # out of memory, or a process that the system killed
        tell(f"measuring ended early ({error}); trials at once: {chosen}")
    return chosen


def measured(settings: TrialSettings, pictures: Pictures, device: str, trials: int) -> Measured:
    """Train so many at once, each in a process of its own as in a study, for a moment."""
    context = get_context("spawn")
    together = context.Barrier(trials)
    few = tuple(tensor[: 20 * settings.train.batch] for tensor in pictures)
    with ProcessPoolExecutor(trials, context, _remember, (together,)) as pool:  # if one dies, all end
        told = list(pool.map(_train, repeat(settings, trials), repeat(few), repeat(device)))
    return Measured(sum(speed for speed, _ in told), max(memory for _, memory in told))


def _remember(together: Barrier) -> None:
    global _together
    _together = together


def _train(settings: TrialSettings, pictures: Pictures, device: str) -> tuple[float, float]:
    """(pictures a second, share of the device's memory in use by all); if it fails, nobody waits for it."""
    try:
        return _trained(settings, pictures, device)
    except Exception:
        _together.abort()
        raise


def _trained(settings: TrialSettings, pictures: Pictures, device: str) -> tuple[float, float]:
    torch.set_num_threads(1)
    training = Training(settings.model, settings.train, device)
    random = torch.Generator(device).manual_seed(0)
    pixels, labels = (tensor.to(device) for tensor in pictures)
    batch = next(training.batches(pixels, random, labels))
    for _ in range(WARM_UP):
        training.train_step(batch, random)
    _together.wait()
    started = time.perf_counter()
    for _ in range(STEPS):
        losses = training.train_step(batch, random)
    losses["d"].item()  # waits for a GPU to finish
    speed = STEPS * settings.train.batch / (time.perf_counter() - started)
    _together.wait()
    return speed, _used(device)


def _used(device: str) -> float:
    if device == "cpu":
        return 0.0
    free, total = torch.cuda.mem_get_info()
    return 1 - free / total
