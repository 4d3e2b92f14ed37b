"""Pictures a second of one training on one core: ours beside the DCGAN tutorial's loop; on a GPU, of all its trials.

The network, batch and picture size of `search_spaces/cifar10-cpu.yaml`. Random pixels: no loop's pace depends on what
it shows. The two take turns, so that both meet the same machine. On a GPU the tutorial has it for itself.
"""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import torch

from bench import tutorial
from bench.figure import Figure, figure
from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from ganprune.metrics.threads import one_thread
from ganprune.train import Training
from study.settings.space_file import load_space
from study.workers import gpu_share

PICTURES = 2048  # an epoch of the measured training: 16 steps
REPEATS = 7
GPU_EPOCHS = 50  # between two looks at the clock
REACH_CPU, REACH_GPU = 1.3, 5
Epoch = Callable[[], object]  # trains one


def figures() -> list[Figure]:
    return [cpu(), gpu()]


def cpu() -> Figure:
    space, pixels = load_space("cifar10-cpu"), random_pixels(PICTURES)
    settings = space.train.model_copy(update={"epoch_images": None})
    with one_thread():
        ours, theirs = our_epoch(space.model, settings, pixels), tutorial_epoch(space.model, settings, pixels)
        ours(), theirs()  # the first ones pay for set-up
        ratios = [seconds(theirs) / seconds(ours) for _ in range(REPEATS)]
    return figure("train_speed_cpu", ratios, "x", "higher", REACH_CPU)


def gpu() -> Figure:
    if not torch.cuda.is_available():
        return Figure("train_speed_gpu", None, "x", "higher", REACH_GPU, None, 0, [])
    space, pixels = load_space("cifar10-gpu"), random_pixels(PICTURES)
    theirs = partial(pace, tutorial_epoch, space.model, space.train, pixels, "cuda", GPU_EPOCHS)
    ours = partial(pace, our_epoch, space.model, space.train, pixels, "cuda", GPU_EPOCHS)
    settings = TrialSettings(model=space.model, train=space.train)
    pictures = torch.from_numpy(pixels), torch.zeros(len(pixels), dtype=torch.long)
    trials = gpu_share.trials_at_once(partial(gpu_share.measure, settings, pictures, "cuda"), print)
    ratios = [together(ours, trials) / together(theirs, 1) for _ in range(REPEATS)]
    return figure("train_speed_gpu", ratios, "x", "higher", REACH_GPU)


def random_pixels(count: int, side: int = 32) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 3, side, side), np.uint8)


def our_epoch(model: ModelSettings, settings: TrainSettings, pixels: np.ndarray, device: str = "cpu") -> Epoch:
    return partial(Training(model, settings, device).train_epoch, torch.from_numpy(pixels).to(device))


def tutorial_epoch(model: ModelSettings, settings: TrainSettings, pixels: np.ndarray, device: str = "cpu") -> Epoch:
    batches, random = tutorial.loader(pixels, settings), torch.Generator(device).manual_seed(settings.seed)
    return partial(tutorial.train_epoch, tutorial.begin(model, settings, device), batches, random)


def seconds(epoch: Epoch) -> float:
    started = time.perf_counter()
    epoch()  # reads its losses, so that a GPU is done when it returns
    return time.perf_counter() - started


def pace(loop: Callable[..., Epoch], model, settings, pixels: np.ndarray, device: str, epochs: int) -> float:
    """Pictures a second of one training, after a first epoch that pays for set-up."""
    epoch = loop(model, settings, pixels, device)
    epoch()
    return epochs * len(pixels) / sum(seconds(epoch) for _ in range(epochs))


def together(one: Callable[[], float], trainings: int) -> float:
    """Pictures a second of so many trainings at once, a process each."""
    with ProcessPoolExecutor(trainings, mp_context=get_context("spawn")) as pool:
        return sum(each.result() for each in [pool.submit(one) for _ in range(trainings)])
