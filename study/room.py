"""Room in the store: what a study's front needs stays; of the rest goes first what was used longest ago."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from ganprune.point import Finished
from ganprune.store import Entry, training_key, write_whole
from ganprune.trial import Event
from study import pareto
from study.records import StudyLog

LARGEST = 20e9  # bytes
SHARE = 0.5  # of the disk's free space and what the store has of it


class Room:
    """Keeps the store within bounds while a study runs; a listener of its trials' ends."""

    def __init__(self, store: Path, log: StudyLog, name: str, quality: str):
        self._store, self._log, self._name, self._quality = store, log, name, quality

    def hear(self, number: int, event: Event) -> None:
        if isinstance(event, Finished) and self._log.trials[number].points:
            self.make()

    def make(self, most: float | None = None) -> None:
        """Write down what this study's front needs, then drop states until the store holds at most so many bytes."""
        needed = sorted(file.relative_to(self._store).as_posix() for file in self._needed())
        write_whole(self._store / "needed" / f"{self._name}.json", json.dumps(needed).encode())
        make_room(self._store, limit(self._store) if most is None else most)

    def _needed(self) -> Iterator[Path]:
        fingerprint, device = self._log.header["data"]["fingerprint"], self._log.trained_on
        for point in pareto.front(self._log.points, self._quality):
            settings = self._log.trials[point.trial].settings
            yield Entry(self._store, training_key(fingerprint, settings.model, settings.train, device)).file(
                point.epoch
            )


def limit(store: Path) -> float:
    """Bytes that the store may hold on this disk."""
    return min(LARGEST, SHARE * (shutil.disk_usage(store).free + sum(size for _, size, _ in _states(store))))


def make_room(store: Path, most: float) -> None:
    """Drop the states that no front needs, those used longest ago first, until at most so many bytes are left."""
    needed = {store / file for listed in store.glob("needed/*.json") for file in json.loads(listed.read_bytes())}
    states = sorted(_states(store))
    excess = sum(size for _, size, _ in states) - most
    for _, size, file in states:
        if excess <= 0:
            return
        if file not in needed:
            file.unlink(missing_ok=True)
            excess -= size


def _states(store: Path) -> Iterator[tuple[float, int, Path]]:
    """(last use, bytes, file); what another study drops at this moment is left out."""
    for file in store.glob("*/epoch-*.safetensors"):
        try:
            about = file.stat()
        except FileNotFoundError:
            continue
        yield about.st_mtime, about.st_size, file
