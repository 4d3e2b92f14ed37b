"""Training pictures that stay in the CPU's memory: the next ones are fetched while the GPU trains on the last."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest

import torch
from torch import Tensor

from ganprune.own_stream import own_stream

STEPS = 20  # whose pictures come together
SHARE = 0.5  # of a GPU's free memory that pictures may take; trainings and scoring need the rest


def fits(pictures: Sequence[Tensor], device: str) -> bool:
    """Whether all may stay on the device."""
    if torch.device(device).type != "cuda":
        return True
    free, _ = torch.cuda.mem_get_info(device)
    return sum(tensor.nbytes for tensor in pictures) <= SHARE * free


def is_there(pictures: Tensor, device: str) -> bool:
    """Whether steps on this device can look at them where they are."""
    return pictures.device.type == torch.device(device).type


class Stream:
    """What some steps look at, three times: packed on the CPU, on its way, and where it is looked at.

    That place is always the same, so that who has captured steps there need not do so again.
    """

    def __init__(self, pictures: Sequence[Tensor], batch: int, device: str):
        self._all, self._device = list(pictures), torch.device(device)
        self._on_gpu = self._device.type == "cuda"
        rows = STEPS * batch
        self._packed = [_room(each, rows, pin_memory=self._on_gpu) for each in pictures]
        self._coming, self._shown = ([_room(each, rows, device=device) for each in pictures] for _ in range(2))

    def serves(self, pictures: Sequence[Tensor]) -> bool:
        return [*map(id, self._all)] == [*map(id, pictures)]

    def windows(self, order: Tensor) -> Iterator[tuple[list[Tensor], Tensor]]:
        """For some steps at a time what they look at, and their rows of `order` (steps, batch) as places in it."""
        parts = order.cpu().split(STEPS)
        with ThreadPoolExecutor(max_workers=1) as beside:
            coming = beside.submit(self._fetch, parts[0].flatten(), self._mark())
            for part, following in zip_longest(parts, parts[1:]):
                coming.result()
                self._show()
                if following is not None:
                    coming = beside.submit(self._fetch, following.flatten(), self._mark())
                yield self._shown, torch.arange(part.numel(), device=self._device).view(part.shape)

    def _mark(self) -> torch.cuda.Event | None:
        """When all will be done that the caller has begun."""
        return torch.cuda.current_stream(self._device).record_event() if self._on_gpu else None

    def _fetch(self, chosen: Tensor, after: torch.cuda.Event | None) -> None:
        """Pictures of these numbers, in another thread, to where the last ones are copied from until `after`."""
        for source, packed in zip(self._all, self._packed, strict=True):
            torch.index_select(source, 0, chosen, out=packed[: len(chosen)])
        with own_stream(str(self._device)):
            if after:
                torch.cuda.current_stream().wait_event(after)
            for packed, coming in zip(self._packed, self._coming, strict=True):
                coming.copy_(packed, non_blocking=True)
            if after:
                torch.cuda.current_stream().synchronize()

    def _show(self) -> None:
        for coming, shown in zip(self._coming, self._shown, strict=True):
            shown.copy_(coming)


def _room(like: Tensor, rows: int, **where) -> Tensor:
    return torch.zeros(rows, *like.shape[1:], dtype=like.dtype, **where)
