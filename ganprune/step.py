"""A step of a training: what it looks at, and how both sides descend, with what acts beside their losses."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from ganprune.averaging import follow
from ganprune.data.images import to_unit
from ganprune.diffaugment import Augmented
from ganprune.losses import LOSSES, Batch

if TYPE_CHECKING:
    from ganprune.training_state import TrainingState


class Shown(NamedTuple):
    """What steps choose from, by numbers of pictures."""

    pixels: Tensor  # uint8 (n, channels, side, side)
    labels: Tensor | None = None  # (n,) of their classes
    source: Tensor | None = None  # what is translated into each

    @property
    def tensors(self) -> list[Tensor]:
        """Those that are there."""
        return [each for each in self if each is not None]

    def at(self, tensors: Iterable[Tensor]) -> "Shown":
        """The same, looked at in these places."""
        left = iter(tensors)
        return Shown(*(each if each is None else next(left) for each in self))

    def batch(self, chosen: Tensor, conditional: bool) -> Batch:
        """Pictures of these numbers as floats in [-1, 1], with their labels for who takes any."""
        labels = self.labels[chosen] if conditional else None
        source = None if self.source is None else _chosen(self.source, chosen)
        return Batch(_chosen(self.pixels, chosen), labels, source)


def _chosen(pictures: Tensor, chosen: Tensor) -> Tensor:
    return to_unit(pictures[chosen]).contiguous(memory_format=torch.channels_last)


def play(
    state: "TrainingState", batch: Batch, random: torch.Generator, pace: float | Tensor | None
) -> dict[str, Tensor]:
    """A step of the discriminator and the generator; losses by side, left on the device.

    Averaged weights move at `pace`; None where the discriminator plays alone.
    """
    inputs, losses = state.gan.inputs(len(batch.pictures), random, batch.labels, batch.source), {}

    def descend(side: str, loss: Tensor, drawn: Tensor) -> None:
        losses[side] = loss.detach()
        _descend(state, side, loss, (hook.loss(side, inputs, drawn) for hook in state.hooks.values()))

    with _precision(state):
        LOSSES[state.settings.loss].step(_players(state, random), inputs, batch, descend, both=pace is not None)
    if pace is not None:
        follow(state.averaged, state.generator, pace)
    for hook in state.hooks.values():
        hook.after_step(state)
    return losses


def _descend(state: "TrainingState", side: str, loss: Tensor, more: Iterable[Tensor | None]) -> None:
    hooks, optimiser = state.hooks.values(), state.optimisers[side]
    optimiser.differentiate(sum((each for each in more if each is not None), start=loss))
    for hook in hooks:
        hook.before_descent(side, state)
    optimiser.step()
    for hook in hooks:
        hook.after_descent(side, state)


def _players(state: "TrainingState", random: torch.Generator) -> dict[str, nn.Module]:
    """The networks as they play: what the discriminator sees may be augmented."""
    if state.settings.augment == "none":
        return state.gan.nets
    return state.gan.nets | {"discriminator": Augmented(state.discriminator, random)}


def _precision(state: "TrainingState") -> AbstractContextManager:
    """Of what the networks compute; weights, losses and moments are float32."""
    if state.settings.precision == "float32":
        return nullcontext()
    # A cache of cast weights would outlive the optimiser's step where a graph is replayed.
    return torch.autocast(torch.device(state.device).type, torch.bfloat16, cache_enabled=False)
