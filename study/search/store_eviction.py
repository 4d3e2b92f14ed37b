"""Room in the store: what a study's front needs stays; of the rest goes first what was used longest ago."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from math import inf
from pathlib import Path

from ganprune.errors import cannot_write
from ganprune.methods import identity_of
from ganprune.objective import Objectives
from ganprune.point import Finished
from ganprune.rebuild import origin
from ganprune.store import UNFINISHED, Entry, write_whole
from ganprune.trial import Event
from study.analysis.pareto import LiveFront
from study.records.study import StudyLog

LARGEST = 20e9  # bytes
SHARE = 0.5  # of the disk's free space and what the store has of it
WRITING_SECONDS = 3600.0  # that nobody takes to write a file
LOOK_SECONDS = 30.0  # the store is looked through at most so often


class StoreEviction:
    """Keeps the store within bounds while a study runs; a listener of its trials' ends."""

    def __init__(self, store: Path, log: StudyLog, name: str, by: Objectives):
        self._store, self._log, self._name = store, log, name
        self._front = LiveFront(by.searched, log.points)
        self._looked = -inf

    def on_event(self, number: int, event: Event) -> None:
        if isinstance(event, Finished):
            self._front.add(self._log.trials[number].points.values())
            self.pin()
            if time.monotonic() - self._looked > LOOK_SECONDS:
                make_room(self._store, limit(self._store))
                self._looked = time.monotonic()

    def pin(self) -> None:
        """Write down what this study's front needs."""
        needed = sorted({file.relative_to(self._store).as_posix() for file in self._needed()})
        listed = self._store / "needed" / f"{self._name}.json"
        try:
            write_whole(listed, json.dumps(needed).encode())
        except OSError as error:
            raise cannot_write(listed.parent, error) from None

    def _needed(self) -> Iterator[Path]:
        fingerprint = self._log.header["data"]["fingerprint"]
        for point in self._front.front:
            made = identity_of(self._log.trials[point.trial].settings, origin(point, fingerprint))
            yield Entry(self._store, made.key).file(point.epoch)


def limit(store: Path) -> float:
    """Bytes that the store may hold on this disk."""
    return min(LARGEST, SHARE * (shutil.disk_usage(store).free + sum(size for _, size, _ in _states(store))))


def make_room(store: Path, most: float) -> None:
    """Drop the states that no front needs, those used longest ago first, until at most so many bytes are left."""
    try:
        needed = {store / file for listed in _listed(store) for file in json.loads(listed.read_bytes())}
    except PermissionError:
        return  # who knows what another user needs
    _drop_unfinished(store)
    states = sorted(_states(store))
    excess = sum(size for _, size, _ in states) - most
    for _, size, file in states:
        if excess <= 0:
            return
        if file not in needed:
            with suppress(PermissionError):  # another user's
                file.unlink(missing_ok=True)
                excess -= size


def _drop_unfinished(store: Path) -> None:
    """What a killed process had not written to its end."""
    for file in store.glob(f"*/{UNFINISHED}"):
        with suppress(FileNotFoundError, PermissionError):
            if time.time() - file.stat().st_mtime > WRITING_SECONDS:
                file.unlink()


def _listed(store: Path) -> Iterator[Path]:
    """What each study needs; of those that are no longer beside the store nothing, and that is dropped."""
    for listed in store.glob("needed/*.json"):
        if (store.parent / listed.stem).is_dir():
            yield listed
        else:
            with suppress(PermissionError):
                listed.unlink(missing_ok=True)


def _states(store: Path) -> Iterator[tuple[float, int, Path]]:
    """(last use, bytes, file); what another study drops at this moment is left out."""
    for file in store.glob("*/epoch-*.safetensors"):
        try:
            about = file.stat()
        except FileNotFoundError:
            continue
        yield about.st_mtime, about.st_size, file
