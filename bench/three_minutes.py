"""`make study` on digits as a user's first call: points on its front, and memory while it runs."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench.figure import Figure, figure
from study.analysis.pareto import front
from study.records.journal import read
from study.records.paths import Out
from study.settings.variables import handed

ROOT = Path(__file__).parent.parent
REACH_POINTS, REACH_BYTES, REACH_SECONDS = 6, 4e9, 180


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        seconds, most = _watched(Path(folder))
        points = len(front(read(Out(Path(folder)).study("digits").records).points))
    return [
        figure("digits_front_points", [points], "points", "higher", REACH_POINTS),
        figure("digits_seconds", [seconds], "s", "lower", REACH_SECONDS),
        figure("digits_memory", [most], "bytes", "lower", REACH_BYTES),
    ]


def _watched(out: Path) -> tuple[float, float]:
    """Seconds of the call, and the most that all its processes held at once (PSS: shared pages once)."""
    started, most = time.perf_counter(), 0.0
    driver = subprocess.Popen(
        [sys.executable, "-m", "study", "run"], cwd=ROOT, env=handed({"OUT": out}), stdout=subprocess.DEVNULL
    )
    while driver.poll() is None:
        most = max(most, _held(driver.pid))
        time.sleep(1)
    return time.perf_counter() - started, most


def _held(pid: int) -> float:
    held = 0.0
    for process in _family(pid):
        try:
            held += process.memory_full_info().pss
        except psutil.Error:
            continue  # it has ended meanwhile
    return held


def _family(pid: int) -> list[psutil.Process]:
    try:
        driver = psutil.Process(pid)
        return [driver, *driver.children(recursive=True)]
    except psutil.Error:
        return []
