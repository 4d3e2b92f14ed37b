"""A real `make ui` in a process of its own, for tests that look at it."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
LINE_SECONDS = 120  # its server imports for long on a busy machine
SERVE = "import sys, pathlib, study.commands.ui as ui; ui.serve(pathlib.Path(sys.argv[1]), None, {port}, False)"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(out: Path) -> Iterator[str]:
    """Gives the link it prints; it is ended as by Ctrl-C, and must then have left no process."""
    command = [sys.executable, "-c", SERVE.format(port=free_port()), str(out)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield _line(server).partition(": ")[2]
        started = psutil.Process(server.pid).children(recursive=True)
        os.kill(server.pid, signal.SIGINT)
        assert server.wait(30) == 0
        assert started
        assert not [process for process in started if process.is_running()]
    finally:
        server.terminate()
        server.wait(30)
        server.stdout.close()


def _line(server: subprocess.Popen) -> str:
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: lines.put(server.stdout.readline().strip()), daemon=True).start()
    return lines.get(timeout=LINE_SECONDS)
