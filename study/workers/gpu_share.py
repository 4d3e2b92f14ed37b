"""How many trials are worth running on one GPU at once: small GANs leave it idle, so it is measured, not guessed."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.queues import SimpleQueue
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


def measure(settings: TrialSettings, pictures: Pictures, device: str, trials: int) -> Measured:
    """Train so many at once, each in a process of its own as in a study, for a moment.

    RuntimeError where one of them fails or dies: then all of them end.
    """
    context = get_context("spawn")
    told, ready = context.SimpleQueue(), context.Barrier(trials)
    few = tuple(tensor[: 20 * settings.train.batch] for tensor in pictures)
    given = (told, ready, settings, few, device)
    processes = [context.Process(target=_tell, args=given) for _ in range(trials)]
    try:
        for process in processes:
            process.start()
        while any(codes := [process.exitcode for process in processes]) or None in codes:
            if any(codes):
                raise RuntimeError("one of its processes died" if told.empty() else told.get())
            wait([process.sentinel for process, code in zip(processes, codes, strict=True) if code is None])
    finally:
        for process in processes:
            process.kill()
            process.join()
    speeds, memories = zip(*(told.get() for _ in processes), strict=True)
    return Measured(sum(speeds), max(memories))


def _tell(told: SimpleQueue, ready: Barrier, settings: TrialSettings, pictures: Pictures, device: str) -> None:
    """(pictures a second, share of the device's memory in use by all), or why there are none."""
    try:
        told.put(_trained(ready, settings, pictures, device))
    except Exception as error:
        told.put(str(error))
        sys.exit(1)


def _trained(ready: Barrier, settings: TrialSettings, pictures: Pictures, device: str) -> tuple[float, float]:
    torch.set_num_threads(1)
    training = Training(settings.model, settings.train, device)
    random = torch.Generator(device).manual_seed(0)
    pixels, labels = (tensor.to(device) for tensor in pictures)
    batch = next(training.batches(pixels, random, labels))
    for _ in range(WARM_UP):
        training.train_step(batch, random)
    ready.wait()
    started = time.perf_counter()
    for _ in range(STEPS):
        losses = training.train_step(batch, random)
    losses["d"].item()  # waits for a GPU to finish
    speed = STEPS * settings.train.batch / (time.perf_counter() - started)
    ready.wait()
    return speed, _used(device)


def _used(device: str) -> float:
    if device == "cpu":
        return 0.0
    free, total = torch.cuda.mem_get_info()
    return 1 - free / total
