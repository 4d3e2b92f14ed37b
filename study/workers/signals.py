"""Ctrl-C, and what others send in its place: SIGTERM (SLURM, Docker, a spot machine's warning), SIGHUP (a terminal)."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import psutil

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TEMPORARY: list[str] = []  # folders that go with the process, since nothing that Python does at exit is done then
SAME_SECONDS = 1.0  # within them it is one request: `make` hands on what its child was sent as well


@contextmanager
def signals_end() -> Iterator[None]:
    """Within, a first signal is a KeyboardInterrupt, so that what was begun is ended well; a second one ends at once.

    Either way the process ends with the status that shells give to the first, and no child outlives it.
    """
    request = _Request()
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, request.hear)
    try:
        yield
    finally:
        if request.signal:
            with suppress(OSError):  # nobody may be there to read it
                print("interrupted; the same command continues", file=sys.stderr)
            request.end()


def heed_again() -> None:
    """Ray's C++ takes SIGTERM for itself when it starts, to print a trace and abort, and drops it when it ends."""
    for number in SIGNALS:
        signal.signal(number, signal.getsignal(number))


@contextmanager
def handled_as_before() -> Iterator[None]:
    """Whoever takes a signal for itself within has it only within, as Ray does to exit at once on SIGTERM."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def unheard() -> Iterator[None]:
    """Processes begun within hear no signal, whoever sends one to the whole job: they go when this one ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def children() -> set[psutil.Process]:
    """All processes that came of this one."""
    return set(psutil.Process().children(recursive=True))


def kill(processes: set[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def leave(status: int, known: Collection[psutil.Process] = ()) -> NoReturn:
    """End this process at once, and all that came of it: what is only starting is not waited for."""
    kill({*known, *children()})
    for folder in TEMPORARY:
        shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


class _Request:
    """To end, once there is one."""

    signal = 0

    def hear(self, number: int, _: object) -> None:
        if not self.signal:
            self.signal, self._heard, self._children = number, time.monotonic(), children()
            raise KeyboardInterrupt
        if time.monotonic() - self._heard > SAME_SECONDS:
            self.end()

    def end(self) -> None:
        """Some children may have lost their parents meanwhile."""
        leave(128 + self.signal, self._children)
