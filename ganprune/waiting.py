"""Where Python waits for a GPU: as seldom as can be, since the GPU then has nothing to do."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

import torch
from torch import Tensor

Name = TypeVar("Name", bound=Hashable)


def read(values: Mapping[Name, Tensor | float]) -> dict[Name, float]:
    """The numbers behind scalars of one type, with one wait for all; what is a number stays."""
    there = {name: value for name, value in values.items() if isinstance(value, Tensor)}
    found = torch.stack(list(there.values())).tolist() if there else []
    return dict(values) | dict(zip(there, found, strict=True))


def wait_for(*tensors: Tensor) -> None:
    """Until they are there: threads that share them have streams of their own, which would not wait."""
    for device in {tensor.device for tensor in tensors if tensor.is_cuda}:
        torch.cuda.current_stream(device).synchronize()
