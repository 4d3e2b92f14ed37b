"""A real driver in a process of its own, as `make study` starts it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

from study.records.journal import read
from study.records.paths import Out, StudyPaths
from study.records.study import StudyLog
from study.settings.variables import handed

ROOT = Path(__file__).parent.parent.parent
TINY = ROOT / "tests" / "tiny.yaml"
CONTINUES = "interrupted; the same command continues\n"
TERMINATED = (128 + signal.SIGTERM, CONTINUES)  # status and last words
SOON = 20  # seconds; Ray's helpers notice after a minute that they are alone
PATIENCE = 600  # seconds, on a busy machine
Found = TypeVar("Found")


def _as_a_user(environment: dict[str, str], variables: dict[str, object]) -> dict[str, str]:
    """Without the token that tests share, but for those who join a cluster of theirs: a study makes its own."""
    ours = () if variables.get("RAY_ADDRESS") else ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN")
    return {name: value for name, value in environment.items() if name not in ours}


class Driver:
    """`python -m study COMMAND` with these variables; killed with its whole group when a test leaves it."""

    module = "study"

    def __init__(self, out: Path, command: str = "run", python: str = sys.executable, **variables: object):
        self.paths: StudyPaths = Out(out.resolve()).study(str(variables.get("NAME", "tiny")))
        settings = {"SPACE": TINY, "NAME": "tiny", "OUT": out, "WORKERS": 1} | variables
        self.process = subprocess.Popen(
            [python, "-m", self.module, command],
            cwd=ROOT,
            env=_as_a_user(handed({name: value for name, value in settings.items() if value is not None}), variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def finish(self) -> tuple[int, str, str]:
        """Exit status, what the screen showed, what went to stderr."""
        shown, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, shown, errors

    def log(self) -> StudyLog:
        return read(self.paths.records)

    def wait_until(self, found_in: Callable[[StudyLog], Found]) -> Found:
        """The first thing that is true of what is found; looked up once, since it may be gone at a second look."""
        until = time.monotonic() + PATIENCE
        while not (found := found_in(self.log())):
            assert self.process.poll() is None, f"the driver ended early: {self.process.communicate()}"
            assert time.monotonic() < until, "the driver is too slow"
            time.sleep(0.1)
        return found

    def processes(self) -> list[psutil.Process]:
        """The driver and all that it started."""
        driver = psutil.Process(self.process.pid)
        return [driver, *driver.children(recursive=True)]

    def workers(self) -> list[psutil.Process]:
        """Those that run trials; Ray names them after our Trainable, wrapped by what it needs."""
        return [process for process in self.processes() if "Trainable" in _title(process)]

    def kill(self) -> str:
        """What the screen had shown."""
        self.process.kill()
        return self.process.communicate()[0]

    def signal(self, number: int) -> None:
        """A terminal sends it to the whole foreground group, as SLURM does to all of a job."""
        os.killpg(self.process.pid, number)


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""  # it has ended meanwhile


def run(out: Path, command: str = "run", **variables: object) -> tuple[int, str, str]:
    return Driver(out, command, **variables).finish()


def gone(processes: list[psutil.Process], within: float = PATIENCE) -> bool:
    """Whether all of them end, by themselves, within a while."""
    return not psutil.wait_procs(processes, timeout=within)[1]
