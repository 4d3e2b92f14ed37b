"""The truth of a study: one line of JSON for everything that happened, on disk before anyone is told.

Lines, each with `kind` and `time` (seconds since 1970):
  study   first line: schema, name, spec, data, versions, hardware
  call    a driver started (one line a call of `make study`): schema, trials, seconds, workers
  null    a null line scored
  asked   a trial was handed out: trial, settings, drawn, stops
  point   a trial scored a point
  ended   a trial ended: state, seconds, images, reason
  confirmed  a point of the front scored again on `report`
  latency    what a picture of a point takes beside one of the dense network
  runs    where MLflow has the trials: run ids by trial
"""

import gc
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from ganprune.config import TrialSettings
from ganprune.errors import UserError, cannot_write
from ganprune.point import Confirmed, Latency, NullLine, Point
from study.records.study import Ended, State, StudyLog
from study.records.upgrade import upgraded

SCHEMA = 3


def read(path: Path) -> StudyLog:
    """The study told by the records at `path`; a line torn by a kill is left out."""
    log, schema = StudyLog(), SCHEMA
    with _for_good():
        for number, line in enumerate(_lines(path), 1):
            try:
                schema = line.get("schema", schema)  # of this line and those that follow
                log.add(line if schema == SCHEMA else upgraded(line, schema))
            except (AttributeError, KeyError, TypeError, ValueError):
                raise _no_record(path, number) from None
    return log


@contextmanager
def _for_good() -> Iterator[None]:
    """What is read stays: Python's search for garbage need not go through it, now or at any later time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _lines(path: Path) -> Iterator[dict]:
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if not text.endswith(b"\n"):
                return  # torn by a kill: what it told was never acted on
            yield _parse(text, path, number)


def _parse(text: bytes, path: Path, number: int) -> dict:
    try:
        line = _loads(text)
        schema = line.get("schema", SCHEMA)
    except (ValueError, AttributeError):
        raise _no_record(path, number) from None
    if schema > SCHEMA:
        raise UserError(f"{path} was written by a newer ganprune (schema {schema}, known: {SCHEMA}); update ganprune")
    return line


def _loads(text: bytes) -> Any:
    """What Python calls JSON: a score that is not a number is NaN, which only Python's slower reader takes."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def _no_record(path: Path, number: int) -> UserError:
    return UserError(f"{path}:{number} is not a record; restore the file or delete this line")


class Records:
    """The only writer of a study's records; keeps the log it has written at hand."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.log = read(path)
        _drop_torn_line(path)
        self._file = path.open("ab")
        self._gathering, self._clock = False, clock

    def write(self, kind: str, **payload: Any) -> None:
        """Append one line; it is on the disk when this returns, or, within `together`, when that ends."""
        line = {"kind": kind, "time": self._clock(), **payload}
        with self._writing():
            self._file.write(json.dumps(line).encode() + b"\n")
            self._file.flush()
        if not self._gathering:
            self._sync()
        self.log.add(line)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Lines written within wait for the disk only once: that takes longer than all else that a line costs."""
        self._gathering = True
        try:
            yield
        finally:
            self._gathering = False
            self._sync()

    def _sync(self) -> None:
        with self._writing():
            os.fsync(self._file.fileno())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise cannot_write(Path(self._file.name), error) from None

    def study(self, **header: Any) -> None:
        self.write("study", schema=SCHEMA, **header)

    def call(self, trials: int | None, seconds: float | None, workers: int, costly: str = "") -> None:
        """A driver goes on, with lines of today's schema also where the study was begun with an older one."""
        self.write("call", schema=SCHEMA, trials=trials, seconds=seconds, workers=workers, costly=costly)

    def asked(
        self, trial: int, settings: TrialSettings, drawn: dict[str, Any], stops: Sequence[int] | None = None
    ) -> None:
        self.write("asked", trial=trial, settings=settings.model_dump(), drawn=drawn, stops=stops)

    def null(self, null: NullLine) -> None:
        self.write("null", null=asdict(null))

    def confirmed(self, confirmed: Confirmed) -> None:
        self.write("confirmed", confirmed=asdict(confirmed))

    def latency(self, latency: Latency) -> None:
        self.write("latency", latency=asdict(latency))

    def point(self, point: Point) -> None:
        self.write("point", point=vars(point))

    def ended(self, trial: int, state: State, seconds: float, images: int, reason: str = "") -> None:
        ended = Ended(state, self._clock(), seconds, images, reason)
        self.write("ended", trial=trial, ended=asdict(ended))

    def runs(self, runs: dict[int, str]) -> None:
        if runs != self.log.runs:
            self.write("runs", runs=runs)

    def close(self) -> None:
        with suppress(OSError):  # told when the line was written that the disk took only in part
            self._file.close()


def _drop_torn_line(path: Path) -> None:
    """A half line at the end would swallow the next one."""
    if path.exists():
        whole = path.read_bytes()
        os.truncate(path, whole.rfind(b"\n") + 1)
