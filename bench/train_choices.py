"""What each choice of fast training gains by itself: pictures a second with it, divided by those without.

The network of `search_spaces/cifar10-cpu.yaml`, random pixels, one core a training. With and without take turns. What
is off in the product is measured too: bfloat16, torch.compile (after its compiling), and two threads a training.
"""

from functools import partial
from shutil import which

import numpy as np
import torch
from torch import Tensor, nn

from bench import tutorial
from bench.figure import Figure, figure
from bench.train_speed import random_pixels, seconds, together
from ganprune.losses import Batch
from ganprune.metrics.threads import one_thread
from ganprune.train import Training
from study.settings.space_file import load_space

PICTURES = 1024  # an epoch of the measured training: 8 steps
REPEATS = 3
AT_ONCE = 2  # trainings, where threads are compared


class Contiguous(Training):
    def _place(self, net: nn.Module) -> nn.Module:
        return net.to(self.device)

    def batch(self, *shown: Tensor | None) -> Batch:
        return Batch(super().batch(*shown).pictures.contiguous())


class StockAdam(Training):
    def begin(self) -> None:
        super().begin()
        rates = {"g": self.settings.lr_g, "d": self.settings.lr_d}
        self.optimisers = {side: Stock(self.gan.nets[net], rates[side]) for side, (net,) in self.gan.sides.items()}


class Stock:
    def __init__(self, net: nn.Module, rate: float):
        self._weights, self._adam = list(net.parameters()), torch.optim.Adam(net.parameters(), rate, (0.5, 0.999))

    def differentiate(self, loss: Tensor) -> None:
        self._adam.zero_grad()
        loss.backward(inputs=self._weights)

    def step(self) -> None:
        self._adam.step()


class FromLoader(Training):
    def train_on(self, pixels: Tensor, labels: Tensor | None, order: Tensor, random: torch.Generator, source=None):
        loaded = tutorial.loader(pixels.numpy(), self.settings)
        batches = (Batch(pictures.contiguous(memory_format=torch.channels_last)) for pictures in loaded)
        return [self.train_step(batch, random) for batch in batches]


class Bfloat16(Training):
    def begin(self) -> None:
        self.settings = self.settings.model_copy(update={"precision": "bf16"})
        super().begin()


class Compiled(Training):
    def begin(self) -> None:
        super().begin()
        self.generator.compile()
        self.discriminator.compile()


CHOICES = {  # with, without
    "one_tensor": (Training, FromLoader),
    "channels_last": (Training, Contiguous),
    "fused_adam": (Training, StockAdam),
    "bfloat16": (Bfloat16, Training),
    "compile": (Compiled, Training),
}


def figures() -> list[Figure]:
    with one_thread():
        measured = {name: gains(*pair) for name, pair in CHOICES.items() if name != "compile" or which("c++")}
    one, two = (partial(pace, threads) for threads in (1, 2))
    measured["one_thread"] = [together(one, AT_ONCE) / together(two, AT_ONCE) for _ in range(REPEATS)]
    return [figure(f"train_choice_{name}", values, "x", "higher", None) for name, values in measured.items()]


def gains(with_it: type[Training], without: type[Training]) -> list[float]:
    """Ratios of their speeds, one after the other."""
    fast, slow = epoch(with_it), epoch(without)
    fast(), slow()  # the first ones pay for set-up
    return [seconds(slow) / seconds(fast) for _ in range(REPEATS)]


def epoch(loop: type[Training]) -> partial:
    space = load_space("cifar10-cpu")
    settings = space.train.model_copy(update={"epoch_images": None})
    return partial(loop(space.model, settings).train_epoch, torch.from_numpy(random_pixels(PICTURES)))


def pace(threads: int) -> float:
    torch.set_num_threads(threads)
    train = epoch(Training)
    train()
    return PICTURES / float(np.median([seconds(train) for _ in range(REPEATS)]))
