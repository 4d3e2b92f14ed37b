"""`log.txt` takes what the screen does not show: prints, warnings, and what C++ writes to the file descriptors."""

import subprocess
import sys
from pathlib import Path

import pytest

NOISE = """
import os, sys
from pathlib import Path
from study.records.log_file import noise_to
print("before")
with noise_to(Path(sys.argv[1])) as screen:
    print("a print of a library")
    print("a warning", file=sys.stderr)
    os.write(2, b"from C++\\n")
    os.system("echo from a child")
    print("for the user: 8×8", file=screen)
    if len(sys.argv) > 2:
        raise SystemExit("it failed")
print("after")
"""


@pytest.fixture
def run(tmp_path):
    def run(*more: str) -> tuple[subprocess.CompletedProcess, str]:
        log: Path = tmp_path / "log.txt"
        done = subprocess.run([sys.executable, "-c", NOISE, log, *more], capture_output=True, text=True, check=False)
        return done, log.read_text()

    return run


def test_only_what_is_meant_for_the_screen_is_on_it(run):
    done, log = run()
    assert "before\nfor the user: 8×8\nafter\n" == done.stdout
    assert "" == done.stderr
    for noise in ("a print of a library", "a warning", "from C++", "from a child"):
        assert noise in log
    assert "for the user" not in log


def test_the_screen_comes_back_after_an_error(run):
    done, _ = run("fail")
    assert "it failed" in done.stderr


def test_every_call_adds_to_the_log(run):
    run()
    _, log = run()
    assert 2 == log.count("--- ") == log.count("a warning")


def test_a_screen_that_nobody_looks_at_any_more_stops_nothing(tmp_path):
    """The terminal was closed, or Ctrl-C ended the other side of a pipe too."""
    script = NOISE.replace('print("before")', "sys.stdin.read()").replace('print("after")', "")
    process = subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "log.txt"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    process.stdin.close()
    assert (0, b"") == (process.wait(), process.stderr.read())
    process.stderr.close()
