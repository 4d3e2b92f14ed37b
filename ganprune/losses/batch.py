"""What one step of training looks at."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Batch:
    pictures: Tensor  # (n, channels, side, side) in [-1, 1]
    labels: Tensor | None = None  # (n,) of their classes; None for models that take none
    source: Tensor | None = None  # pictures of the other kind, as many, for models that translate them
