"""How a training that goes on gets into the store: on a CPU every epoch, on a GPU beside the training."""

import time
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ganprune.store import Entry

if TYPE_CHECKING:
    from ganprune.train import Training

SECONDS = 15.0  # of training on a GPU that a lost process may cost, where an epoch is shorter


class Saver:
    """States of one training, saved while the block lasts and, but for an error, as it ends.

    An epoch on a GPU may be shorter than its file takes to write: there only those of `keep` are sure to be saved, and
    the newest every so often; a copy on the device is written by a thread, one at a time.
    """

    def __init__(self, entry: Entry, training: "Training", keep: Collection[int]):
        self._entry, self._training, self._keep = entry, training, keep
        self._beside = ThreadPoolExecutor(1) if is_beside(training) else None
        self._writing: Future | None = None
        self._saved, self._when = training.epoch, time.monotonic()

    def __enter__(self) -> "Saver":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """An error leaves the training somewhere in an epoch; whoever wants no more of it leaves it after one."""
        if kind in (None, GeneratorExit) and self._saved != self._training.epoch:
            self._save()
        self._wait()
        if self._beside:
            self._beside.shutdown()

    def epoch_over(self) -> None:
        due = self._training.epoch in self._keep or time.monotonic() - self._when >= SECONDS
        if due or not self._beside:
            self._save()

    def _save(self) -> None:
        self._saved, self._when = self._training.epoch, time.monotonic()
        if self._beside:
            self._wait()
            self._writing = self._beside.submit(self._write, self._saved, *_copied(self._training.tensors()))
        else:
            self._entry.save(self._saved, self._training.tensors(), self._keep)

    def _write(self, epoch: int, state: dict[str, Tensor], copied: torch.cuda.Event) -> None:
        copied.synchronize()
        self._entry.save(epoch, {name: tensor.cpu() for name, tensor in state.items()}, self._keep)

    def _wait(self) -> None:
        """UserError where the disk took no more."""
        if self._writing:
            self._writing.result()


def is_beside(training: "Training") -> bool:
    return training.device.startswith("cuda")


def _copied(state: dict[str, Tensor]) -> tuple[dict[str, Tensor], torch.cuda.Event]:
    """On the device, and when that is done."""
    copy = {name: tensor.clone() for name, tensor in state.items()}
    return copy, torch.cuda.current_stream().record_event()
