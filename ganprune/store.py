"""Trained states, found again by what made them, so that nothing is trained twice.

A folder an entry, named by the hash of its key; a file an epoch. Files are written under another name, then
renamed: whoever reads sees a whole file or none. Shared by all studies of one `OUT`, on all machines.
"""

import hashlib
import json
import secrets
from collections.abc import Collection
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from ganprune.config import ModelSettings, TrainSettings
from ganprune.train import TRAINING_VERSION


def training_key(fingerprint: str, model: ModelSettings, train: TrainSettings, device: str) -> dict:
    """All that decides the weights after any number of epochs; the number itself is not part of it."""
    return {
        "data": fingerprint,
        "model": model.model_dump(),
        "train": train.model_dump(exclude={"epochs"}),
        "training": TRAINING_VERSION,
        "device": torch.device(device).type,
        "torch": torch.__version__,
    }


class Entry:
    """The states of one training, by epoch."""

    def __init__(self, root: Path, key: dict):
        text = json.dumps(key, sort_keys=True, indent=1)
        self.folder = root / hashlib.sha256(text.encode()).hexdigest()[:16]
        self._key = text
        self._passing: int | None = None  # the epoch that this run wrote last

    def epochs(self) -> list[int]:
        return sorted(int(file.stem.removeprefix("epoch-")) for file in self.folder.glob("epoch-*.safetensors"))

    def load(self, epoch: int) -> dict[str, Tensor] | None:
        """The state after this epoch; None, and the file gone, when it is not there or not whole."""
        file = self._file(epoch)
        try:
            return load_file(file)
        except FileNotFoundError:
            return None
        except SafetensorError:
            file.unlink(missing_ok=True)
            return None

    def newest(self, upto: int) -> dict[str, Tensor] | None:
        """The state after the most epochs that are not more than `upto`."""
        for epoch in reversed([epoch for epoch in self.epochs() if epoch <= upto]):
            if state := self.load(epoch):
                return state
        return None

    def save(self, epoch: int, state: dict[str, Tensor], keep: Collection[int]) -> None:
        """Add a state; the one this run wrote before goes, unless it is to keep. The first writer wins.

        What another run left stays: points were scored on it.
        """
        if not self._file(epoch).exists():
            write_whole(self.folder / "key.json", self._key.encode())
            tensors = {name: tensor.contiguous() for name, tensor in state.items()}
            unfinished = _unfinished(self._file(epoch))
            save_file(tensors, unfinished)
            unfinished.rename(self._file(epoch))
            self._passing, passed = epoch, self._passing
            if passed is not None and passed not in keep:
                self._file(passed).unlink(missing_ok=True)

    def _file(self, epoch: int) -> Path:
        return self.folder / f"epoch-{epoch:05d}.safetensors"


def write_whole(file: Path, content: bytes) -> None:
    """Replace a file at once: a reader, or a kill, finds the old content or the new."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = _unfinished(file)
    unfinished.write_bytes(content)
    unfinished.rename(file)


def _unfinished(file: Path) -> Path:
    """A name of its own for every writer, on whichever machine."""
    return file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
