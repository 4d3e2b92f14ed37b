"""Jobs in processes of Tune's, on a real Ray: what one of them holds is given back when it is stopped."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from ganprune.point import EpochTrained, Finished, RungReached
from ganprune.trial import Event
from study.records.journal import Records
from study.search.phase import Phase
from study.workers.crew import Processes
from study.workers.runner import conduct, start_here

pytestmark = pytest.mark.slow

PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Claim:
    """The first one of two claims a training, and waits at a rung; the other one waits for the claim."""

    number: int
    lock: Path

    def run(self, _: None) -> Iterator[Event]:
        held = os.open(self.lock, os.O_CREAT | os.O_RDWR)
        try:
            if self.number:
                yield from self._claimed(held)
            else:
                fcntl.flock(held, fcntl.LOCK_EX)
                os.write(held, b"held")
                yield RungReached(1)
        finally:
            os.close(held)

    def _claimed(self, held: int) -> Iterator[Event]:
        yield EpochTrained(0, 0.0, 0.0, 0, 0.0)
        for _ in range(PATIENCE):
            with suppress(BlockingIOError):
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self.lock.read_bytes():  # else the first one has not begun
                    yield Finished("completed")
                    return
                fcntl.flock(held, fcntl.LOCK_UN)
            time.sleep(1)
        yield Finished("failed", "the claim was never given back")


class Both(Phase):
    """Nothing more to come once both are handed out: Tune keeps the first one's process all the same."""

    def __init__(self, records: Records, jobs: list[Claim]):
        super().__init__(records)
        self._jobs, self.ended = jobs, {}

    def suggest(self) -> Claim | None:
        return self._jobs.pop(0) if self._jobs else None

    def on_event(self, number: int, event: Event) -> None:
        match event:
            case RungReached():
                self.ended[number] = "stopped"
            case Finished():
                self.ended[number] = event.state

    def is_over(self, number: int) -> bool:
        return number in self.ended

    def called(self, number: int) -> str:
        return f"trial {number}"


def test_who_is_stopped_gives_back_what_others_wait_for_though_no_job_follows(tmp_path):
    start_here(2)
    both = Both(Records(tmp_path / "study.jsonl"), [Claim(number, tmp_path / "lock") for number in (0, 1)])
    conduct([both], Processes(None, 2), tmp_path / "ray")
    assert {0: "stopped", 1: "completed"} == both.ended
