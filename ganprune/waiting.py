"""Where Python waits for a GPU: as seldom as can be, since the GPU then has nothing to do."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

import torch
from torch import Tensor

Name = TypeVar("Name", bound=Hashable)


def read(values: Mapping[Name, Tensor]) -> dict[Name, float]:
    """The numbers behind scalars of one type, with one wait for all."""
    return dict(zip(values, torch.stack(list(values.values())).tolist(), strict=True))
