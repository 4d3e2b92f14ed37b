"""What a method makes: a network to be judged, and all that its judge must know of it."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from ganprune.point import EpochTrained, Point, RungReached


@dataclass(frozen=True)
class Candidate:
    net: nn.Module  # ready to draw
    epoch: int
    asked: dict[str, Any]  # the method's own settings that it was made at
    target: float | None  # the shared sparsity they were solved for; None: the trial's own settings
    reference: nn.Module  # the dense network that drift, sparsity and eligibility are held against
    few: bool = False  # a look at how training goes: few pictures are enough
    bare: nn.Module | None = None  # as pruned, before anything was mended, where that is of interest
    images: int = 0  # training pictures shown to decide what goes, and to recover it
    gap: list[float] = field(default_factory=list)  # of the discriminator's logits, while it recovered
    kept: bool = False  # its weights must be kept, since nothing else gives them again
    back: nn.Module | None = None  # what draws sources of what it draws, where the model has such a network
    control: Callable[[], nn.Module] | None = None  # the same sparsity by lot, ready to draw


# Whoever runs a method sends the point that a candidate became; of several, none of which waits for another's point,
# those of all, once they are scored. It returns whether it came to its end.
Candidates = Generator[EpochTrained | RungReached | Candidate | Iterator[Candidate], Point | list[Point] | None, bool]
