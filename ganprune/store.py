"""Trained states, found again by what made them, so that nothing is trained twice.

A folder an entry, named by the hash of its key; a file an epoch. Files are written under another name, then
renamed: whoever reads sees a whole file or none. Shared by all studies of one `OUT`, on all machines.
"""

import errno
import fcntl
import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from ganprune.errors import cannot_write, may_not_read

UNFINISHED = ".*.tmp"  # what files are called while they are written
POLL_SECONDS = 0.2  # between two looks at whether another trainer is done


class Entry:
    """The states of one training, by epoch."""

    def __init__(self, root: Path, key: dict):
        text = json.dumps(key, sort_keys=True, indent=1)
        self.folder = root / hashlib.sha256(text.encode()).hexdigest()[:16]
        self._key = text
        self._passing: int | None = None  # the epoch that this run wrote last

    def epochs(self) -> list[int]:
        return sorted(int(file.stem.removeprefix("epoch-")) for file in self.folder.glob("epoch-*.safetensors"))

    @contextmanager
    def claimed(self, epochs: int, is_late: Callable[[], bool]) -> Iterator[None]:
        """Be the only one who trains this up to `epochs`: wait while another does, unless he has got that far.

        The claim ends with its process, however that ends. Where the file system knows no locks, or once it is
        late, nobody is waited for: the same training twice costs time and harms nothing. What is there needs no
        claim: it may be another user's, to read only.
        """
        if epochs in self.epochs():
            yield
            return
        with _lock_file(self.folder) as lock:
            while epochs not in self.epochs() and not _locked(lock) and not is_late():
                time.sleep(POLL_SECONDS)
            yield

    def load(self, epoch: int) -> dict[str, Tensor] | None:
        """The state after this epoch; None, and the file gone, when it is not there or not whole.

        UserError where it is there for others only.
        """
        file = self.file(epoch)
        try:
            state = load(file.read_bytes())
        except FileNotFoundError:
            return None
        except PermissionError:
            raise may_not_read(file) from None
        except SafetensorError:
            self.drop(epoch)
            return None
        with suppress(OSError):  # another user's
            os.utime(file)  # what was used last goes last
        return state

    def newest(self, upto: int) -> dict[str, Tensor] | None:
        """The state after the most epochs that are not more than `upto`."""
        for epoch in reversed([epoch for epoch in self.epochs() if epoch <= upto]):
            if state := self.load(epoch):
                return state
        return None

    def save(self, epoch: int, state: dict[str, Tensor], keep: Collection[int]) -> None:
        """Add a state; the one this run wrote before goes, unless it is to keep. The first writer wins.

        What another run left stays: points were scored on it. UserError where the disk takes no more.
        """
        if self.file(epoch).exists():
            return
        try:
            write_whole(self.folder / "key.json", self._key.encode())
            write_whole(self.file(epoch), save({name: tensor.contiguous() for name, tensor in state.items()}))
        except OSError as error:
            raise cannot_write(self.folder, error) from None
        self._passing, passed = epoch, self._passing
        if passed is not None and passed not in keep:
            self.drop(passed)

    def drop(self, epoch: int) -> None:
        try:
            self.file(epoch).unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(self.folder, error) from None

    def file(self, epoch: int) -> Path:
        return self.folder / f"epoch-{epoch:05d}.safetensors"


@contextmanager
def _lock_file(folder: Path) -> Iterator[int]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise cannot_write(folder, error) from None
    try:
        yield lock
    finally:
        os.close(lock)  # which unlocks it


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno != errno.EWOULDBLOCK
    return True


def write_whole(file: Path, content: bytes) -> None:
    """Replace a file at once: a reader, or a kill, finds the old content or the new."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")  # every writer's own, on any machine
    try:
        unfinished.write_bytes(content)
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
