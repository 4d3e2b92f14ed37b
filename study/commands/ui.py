"""`make ui`: MLflow's own page over what studies have logged, on loopback, opened at the saved view."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ganprune.errors import UserError
from study.records.paths import Out
from study.tracking.client import views
from study.tracking.moved import follow_artifacts
from study.tracking.server import default_uri, is_server, tracking_uri, without_secrets
from study.workers.signals import SIGNALS

HOST = "127.0.0.1"
SERVER = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # it has none to do
START_SECONDS = 120  # MLflow's server imports for long on a busy machine
STOP_SECONDS = 5


def serve(root: Path, uri: str | None, port: int, open_browser: bool) -> None:
    """Show what is logged at `uri` (None: in the OUT at `root`), until Ctrl-C.

    Raises UserError where nothing is logged, where no server answers, and for a port that is taken.
    """
    out = Out(root)
    uri = tracking_uri(uri, out)
    if uri == default_uri(out):
        _check_local(out)
    links = views(uri)
    if not links:
        raise UserError(f"nothing is logged in {without_secrets(uri)}; make study does, and make sync NAME=… once more")
    if is_server(uri):
        _show(uri.rstrip("/"), links, open_browser)
        return
    with _server(uri, out.mlflow_artifacts, port) as server:
        _show(f"http://{HOST}:{port}", links, open_browser)
        print("Ctrl-C ends it.", flush=True)
        server.wait()


def _check_local(out: Out) -> None:
    """Its files are found where they are now."""
    if not out.mlflow_db.exists():  # asking for it would make an empty one
        raise UserError(
            f"nothing is logged in {out.mlflow_db} yet; run make study first, or say OUT=… or TRACKING_URI=…"
        )
    follow_artifacts(out)


def _show(address: str, links: dict[str, str], open_browser: bool) -> None:
    for experiment, link in links.items():
        print(f"{experiment}: {address}{link}", flush=True)
    if open_browser and _has_screen():
        webbrowser.open(address + next(iter(links.values())))


def _has_screen() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def _server(uri: str, artifacts: Path, port: int) -> Iterator[subprocess.Popen]:
    """MLflow's server over `uri`, ready; it and its workers are gone when this ends, by Ctrl-C and signals too."""
    _refuse_taken(port)
    command = [sys.executable, "-m", "mlflow", "server", "--host", HOST, "--port", str(port), "--workers", "1"]
    command += ["--artifacts-destination", artifacts.resolve().as_uri()]
    environment = os.environ | SERVER | {"MLFLOW_BACKEND_STORE_URI": uri}  # a command line is for all to read
    with tempfile.TemporaryFile() as noise, _signals_end():
        # In a session of its own, so that one signal reaches its workers as well.
        server = subprocess.Popen(command, stdout=noise, stderr=noise, env=environment, start_new_session=True)
        try:
            _wait_until_ready(server, port, noise)
            yield server
        except KeyboardInterrupt:
            pass  # that is how a person ends it
        finally:
            _stop(server)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise UserError(f"port {port} can't be used ({error}); choose another: make ui PORT={port + 1}") from None


@contextmanager
def _signals_end() -> Iterator[None]:
    """To be ended is how it ends: by Ctrl-C, SIGTERM and a closed terminal alike, and with status 0."""
    before = [signal.signal(number, signal.default_int_handler) for number in SIGNALS]
    try:
        yield
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)


def _wait_until_ready(server: subprocess.Popen, port: int, noise: IO[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/health", timeout=1).close()
            return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    noise.seek(0)
    last = noise.read().decode(errors="replace").strip().rpartition("\n")[2]
    raise UserError(f"MLflow's server did not start on port {port}: {without_secrets(last) or 'no answer'}")


def _stop(server: subprocess.Popen) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, number)
            server.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
