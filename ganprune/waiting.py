"""Where Python waits for a GPU: as seldom as can be, since the GPU then has nothing to do."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from copy import deepcopy
from typing import TypeVar

import torch
from torch import Tensor, nn

Name = TypeVar("Name", bound=Hashable)


def read(values: Mapping[Name, Tensor | float]) -> dict[Name, float]:
    """The numbers behind scalars of one type, with one wait for all; what is a number stays."""
    there = {name: value for name, value in values.items() if isinstance(value, Tensor)}
    found = torch.stack(list(there.values())).tolist() if there else []
    return dict(values) | dict(zip(there, found, strict=True))


def wait_for(*tensors: Tensor) -> None:
    """Until they are there: threads that share them have streams of their own, which would not wait."""
    for device in _gpus(tensors):
        torch.cuda.current_stream(device).synchronize()


def copy_to_cpu(net: nn.Module) -> Callable[[], nn.Module]:
    """A copy of the network as it is now, for another thread: whoever calls for it waits until it has arrived."""
    tensors = [*net.parameters(), *net.buffers()]
    copies = {id(tensor): _begin_copy(tensor) for tensor in tensors}
    copied = deepcopy(net, copies)  # of the tensors it takes those that its memo has
    leaving = [torch.cuda.current_stream(device).record_event() for device in _gpus(tensors)]

    def arrived() -> nn.Module:
        for event in leaving:
            event.synchronize()
        return copied

    return arrived


def _begin_copy(tensor: Tensor) -> Tensor:
    """In pinned memory if it comes from a GPU, which then need not be waited for."""
    there = torch.empty_like(tensor.detach(), device="cpu", pin_memory=tensor.is_cuda)
    there.copy_(tensor.detach(), non_blocking=True)
    return nn.Parameter(there, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else there


def _gpus(tensors: Iterable[Tensor]) -> set[torch.device]:
    return {tensor.device for tensor in tensors if tensor.is_cuda}
