"""Pictures a second of one training on one core: ours beside the DCGAN tutorial's loop; on a GPU, of all its trials.

The network, batch and picture size of `search_spaces/cifar10-cpu.yaml`. Random pixels: no loop's pace depends on what
it shows. The two take turns, so that both meet the same machine. On a GPU the tutorial has it for itself.
"""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from threading import Barrier

import numpy as np
import torch

from bench import tutorial
from bench.figure import Figure, figure, not_measured
from ganprune.config import ModelSettings, TrainSettings
from ganprune.metrics.threads import one_thread
from ganprune.own_stream import own_stream
from ganprune.train import Training
from study.settings.space_file import load_space

PICTURES = 2048  # an epoch of the measured training: 16 steps
REPEATS = 7
GPU_PICTURES, TUTORIAL_PICTURES, GPU_EPOCHS, GPU_REPEATS = 12_800, 10_240, 3, 3
REACH_CPU = 1.3
KINDS = {  # precision, trainings at once, reach
    "train_speed_gpu": ("float32", 8, 7),
    "train_speed_gpu_one": ("float32", 1, 5),
    "train_speed_gpu_bf16": ("bf16", 8, 12),
    "train_speed_gpu_one_bf16": ("bf16", 1, 5),
}
TUTORIAL, PACE = "tutorial_speed_gpu", "images/s"
Epoch = Callable[[], object]  # trains one


def figures() -> list[Figure]:
    return [cpu(), *gpu()]


def cpu() -> Figure:
    space, pixels = load_space("cifar10-cpu"), random_pixels(PICTURES)
    settings = space.train.model_copy(update={"epoch_images": None})
    with one_thread():
        ours, theirs = our_epoch(space.model, settings, pixels), tutorial_epoch(space.model, settings, pixels)
        ours(), theirs()  # the first ones pay for set-up
        ratios = [seconds(theirs) / seconds(ours) for _ in range(REPEATS)]
    return figure("train_speed_cpu", ratios, "x", "higher", REACH_CPU)


def gpu() -> list[Figure]:
    """With each precision, one training alone and many at once; the tutorial waits for CPUs, which differ as well."""
    space = load_space("cifar10-gpu")
    if not torch.cuda.is_available():
        return [not_measured(TUTORIAL, None, PACE), *(not_measured(name, reach) for name, (*_, reach) in KINDS.items())]
    pixels = random_pixels(GPU_PICTURES)
    theirs = [
        pace(tutorial_epoch, space.model, space.train, pixels[:TUTORIAL_PICTURES], "cuda", GPU_EPOCHS)
        for _ in range(GPU_REPEATS)
    ]
    found = [figure(TUTORIAL, theirs, PACE, "higher", None)]
    for name, (precision, lanes, reach) in KINDS.items():
        settings = space.train.model_copy(update={"precision": precision})
        ours = [at_once(space.model, settings, pixels, lanes) for _ in range(GPU_REPEATS)]
        ratios = [mine / yours for mine, yours in zip(ours, theirs, strict=True)]
        found.append(figure(name, ratios, "x", "higher", reach))
    return found


def at_once(model: ModelSettings, settings: TrainSettings, pixels: np.ndarray, lanes: int) -> float:
    """Pictures a second of so many trainings together, each in a lane as in a study."""
    shown, ready = torch.from_numpy(pixels).cuda(), Barrier(lanes)

    def train(seed: int) -> tuple[float, float]:
        training = Training(model, settings.model_copy(update={"seed": seed}), "cuda")
        with own_stream("cuda"):
            training.train_epoch(shown)  # pays for set-up
            ready.wait()
            started = time.perf_counter()
            for _ in range(GPU_EPOCHS):
                training.train_epoch(shown)
            return started, time.perf_counter()

    with ThreadPoolExecutor(lanes) as pool:
        began, ended = zip(*pool.map(train, range(lanes)), strict=True)
    return lanes * GPU_EPOCHS * len(pixels) / (max(ended) - min(began))


def random_pixels(count: int, side: int = 32) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 3, side, side), np.uint8)


def our_epoch(model: ModelSettings, settings: TrainSettings, pixels: np.ndarray, device: str = "cpu") -> Epoch:
    return partial(Training(model, settings, device).train_epoch, torch.from_numpy(pixels).to(device))


def tutorial_epoch(model: ModelSettings, settings: TrainSettings, pixels: np.ndarray, device: str = "cpu") -> Epoch:
    loading = 0 if device == "cpu" else 2  # processes: on one core it has none
    batches, random = tutorial.loader(pixels, settings, loading), torch.Generator(device).manual_seed(settings.seed)
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
