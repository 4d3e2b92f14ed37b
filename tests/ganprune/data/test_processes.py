"""Work shared out to processes is done whole, once, whatever happens to one of them."""

import os
import signal

import psutil
import pytest

from ganprune.data import processes
from ganprune.data.processes import share_out, shared_zeros


@pytest.fixture(autouse=True)
def three_cores(monkeypatch):
    monkeypatch.setattr(processes.os, "sched_getaffinity", lambda _: {0, 1, 2})


def test_every_part_is_done_once_in_several_processes_that_share_what_they_write():
    written = shared_zeros(10, 2)

    def work(part: int) -> tuple[int, int]:
        written[part] += part + 1
        return part, os.getpid()

    answers = share_out(work, range(10))
    assert [*range(10)] == sorted(part for part, _ in answers)
    assert [[part + 1] * 2 for part in range(10)] == written.tolist()
    others = {process for _, process in answers} - {os.getpid()}
    assert 3 == len(others)
    assert not any(map(psutil.pid_exists, others)), "a dead child is left"


def test_a_single_part_needs_no_process():
    assert [os.getpid()] == share_out(lambda part: os.getpid(), [0])


def test_what_a_killed_process_leaves_is_done_here():
    here = os.getpid()

    def work(part: int) -> int:
        if part == 4 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return part

    assert [*range(6)] == sorted(share_out(work, range(6)))
