"""Training steps as one CUDA graph: a step of a small GAN is some 250 kernels, which take longer to launch than to run.

What the graph needs: random numbers from a generator of its own, whose state is set before it is replayed; pictures
chosen on the device, by a counter there; no look at a number on the way.
"""

from collections.abc import Hashable
from contextlib import AbstractContextManager, nullcontext, suppress
from threading import Lock
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ganprune.averaging import averaging_pace
from ganprune.own_stream import own_stream
from ganprune.step import Shown, play

if TYPE_CHECKING:
    from ganprune.train import Training

WARM_UP = 3  # rounds before the capture: libraries choose their kernels and take their memory
CAPTURING = Lock()  # a thread at a time


class Round:
    """A step of the generator with those of the discriminator before it, told by tensors on the device alone.

    It keeps nothing of its training alive, which keeps it."""

    def __init__(self, training: "Training", shown: Shown):
        pixels, settings = shown.pixels, training.settings
        device = pixels.device
        self._shown, self._kind = shown, _kind(training, shown)
        self._steps = settings.d_steps
        rows = -(-settings.epoch_steps(len(pixels)) // self._steps) * self._steps
        self._order = torch.zeros(rows, settings.batch, dtype=torch.long, device=device)
        self._at = torch.zeros(1, dtype=torch.long, device=device)  # the row of the next step
        self._turn = torch.zeros((), device=device)  # of the generator, the last one
        self._losses = {side: torch.zeros(rows, device=device) for side in training.optimisers}
        self._random = torch.Generator(device)

    def serves(self, training: "Training", shown: Shown) -> bool:
        """Whether a step of this training on these pictures is still what it was."""
        return self._kind == _kind(training, shown)

    def places(self, order: Tensor, step: int) -> tuple[int, int]:
        """Of the rows of `order` after so many steps: how many come before a round begins, and how many fill rounds."""
        alone = min(-step % self._steps, len(order))
        return alone, (len(order) - alone) // self._steps * self._steps

    def replay(self, training: "Training", order: Tensor, random: torch.Generator) -> list[dict[str, Tensor]]:
        """The steps of these rows, with random numbers as `random` would give them, which then goes on behind them."""
        self._random.set_state(random.get_state())
        self._turn.fill_(training.step // self._steps)
        losses = [self._replay(training, rows) for rows in order.split(len(self._order))]
        training.step += len(order)
        random.set_state(self._random.get_state())
        return losses

    def _replay(self, training: "Training", rows: Tensor) -> dict[str, Tensor]:
        rounds = len(rows) // self._steps
        self._order[: len(rows)] = rows
        self._at.zero_()
        self._launch(training, rounds)
        return {side: losses[: len(rows) if side == "d" else rounds].clone() for side, losses in self._losses.items()}

    def _launch(self, training: "Training", rounds: int) -> None:
        for _ in range(rounds):
            self._play(training, self._random)

    def _play(self, training: "Training", random: torch.Generator) -> None:
        for left in reversed(range(self._steps)):
            chosen = self._order.index_select(0, self._at).squeeze(0)
            pace = None if left else averaging_pace(self._turn.add_(1))
            losses = play(training, training.batch(*self._shown, chosen), random, pace)
            for side, loss in losses.items():
                at = self._at if side == "d" else self._at // self._steps
                self._losses[side].index_copy_(0, at, loss.reshape(1))
            self._at.add_(1)


class CapturedRound(Round):
    def __init__(self, training: "Training", shown: Shown):
        super().__init__(training, shown)
        self._graph = torch.cuda.CUDAGraph()
        self._graph.register_generator_state(self._random)
        with CAPTURING, _not_the_default_stream():
            self._warm_up(training)
            self._capture(training)
        self._gradients = {side: optimiser.gradients for side, optimiser in training.optimisers.items()}

    def _launch(self, training: "Training", rounds: int) -> None:
        """Gradients are found where the graph leaves them, whatever single steps did since it was captured."""
        with _not_the_default_stream():
            for _ in range(rounds):
                self._graph.replay()
        for side, gradients in self._gradients.items():
            training.optimisers[side].gradients = gradients

    def _warm_up(self, training: "Training") -> None:
        """It leaves no trace."""
        state = {name: tensor.clone() for name, tensor in training.tensors().items()}
        for _ in range(WARM_UP):
            self._at.zero_()
            self._play(training, torch.Generator(self._at.device))
        training.restore(state)
        torch.cuda.current_stream().synchronize()

    def _capture(self, training: "Training") -> None:
        """Not by `torch.cuda.graph`, which waits for all streams: those of other trainings as well."""
        self._graph.capture_begin(capture_error_mode="thread_local")
        try:
            self._play(training, self._random)
        except BaseException:
            with suppress(RuntimeError):  # that the capture failed, which is no news
                self._graph.capture_end()
            raise
        self._graph.capture_end()


def can_capture(training: "Training") -> bool:
    hooks = training.hooks.values()
    return training.device.startswith("cuda") and all(hook.captured_as() is not None for hook in hooks)


def _not_the_default_stream() -> AbstractContextManager:
    """On which nothing can be captured."""
    return own_stream("cuda") if torch.cuda.current_stream() == torch.cuda.default_stream() else nullcontext()


def _kind(training: "Training", shown: Shown) -> Hashable:
    places = tuple((each.data_ptr(), len(each)) for each in shown.tensors)
    return places, tuple(hook.captured_as() for hook in training.hooks.values())
