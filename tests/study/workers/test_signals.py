"""A signal ends a command well, a second one at once; either way with its status, and without children."""

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from study.workers.signals import SAME_SECONDS, SIGNALS, handled_as_before

COMMAND = """
import subprocess, sys, time
from study.workers.signals import TEMPORARY, signals_end
TEMPORARY.append(sys.argv[2])
with signals_end():
    parent = subprocess.Popen([sys.executable, "-c", "import subprocess; subprocess.run(['sleep', '600'])"])
    print(parent.pid, flush=True)
    try:
        time.sleep(600)
    except KeyboardInterrupt:
        print("ending", flush=True)
        time.sleep(float(sys.argv[1]))
        print("well", flush=True)
print("never")
"""


class Command:
    """It has a child, which has one; when a signal comes it ends its work, which takes a while."""

    def __init__(self, ending_seconds: float, **settings):
        self.folder = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, str(ending_seconds), self.folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **settings,
        )
        self.child = psutil.Process(int(self.process.stdout.readline()))
        while not self.child.children():
            time.sleep(0.01)
        self.children = [self.child, *self.child.children()]

    def finish(self) -> tuple[int, str, str]:
        shown, errors = self.process.communicate()
        assert not Path(self.folder).exists()
        assert not psutil.wait_procs(self.children, timeout=60)[1]
        return self.process.returncode, shown, errors


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_lets_it_end_well(number):
    command = Command(0)
    for _ in range(3):  # from the sender, and handed on by `make`: one request
        command.process.send_signal(number)
    told = "interrupted; the same command continues\n"
    assert (128 + number, "ending\nwell\n", told) == command.finish()


def test_the_second_ends_it_at_once():
    command = Command(600)
    command.process.send_signal(signal.SIGTERM)
    assert "ending\n" == command.process.stdout.readline()
    time.sleep(SAME_SECONDS)
    while command.process.poll() is None:
        command.process.send_signal(signal.SIGINT)
        time.sleep(0.1)
    assert (128 + signal.SIGTERM, "", "") == command.finish()


def test_what_nohup_ignores_stays_ignored():
    command = Command(0, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    command.process.send_signal(signal.SIGHUP)
    command.process.send_signal(signal.SIGTERM)
    assert 128 + signal.SIGTERM == command.finish()[0]


def test_who_takes_a_signal_for_itself_has_it_only_within():
    """As Ray does when a cluster is joined, to exit at once on SIGTERM."""
    before = [signal.getsignal(number) for number in SIGNALS]
    with handled_as_before():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(15))
    assert before == [signal.getsignal(number) for number in SIGNALS]
