"""What one step of training looks at, and who hears what each side has to descend."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Batch:
    pictures: Tensor  # (n, channels, side, side) in [-1, 1]
    labels: Tensor | None = None  # (n,) of their classes; None for models that take none
    source: Tensor | None = None  # pictures of the other kind, as many, for models that translate them


Descend = Callable[[str, Tensor, Tensor], None]  # the side, its loss, and what the generator drew
