"""One driver a study, and a lock that no crash leaves behind."""

import errno
import fcntl
import os
import signal
import subprocess
import sys

import pytest

from ganprune.errors import UserError
from study.records.lock import only_driver
from study.records.paths import StudyPaths

HOLD = """
import sys, time
from pathlib import Path
from study.records.lock import only_driver
from study.records.paths import StudyPaths
with only_driver(StudyPaths(Path(sys.argv[1])), print):
    print("holding", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def paths(tmp_path) -> StudyPaths:
    return StudyPaths(tmp_path / "runs" / "toy")


@pytest.fixture
def holder(paths):
    """Another process that works on the study."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, paths.root], stdout=subprocess.PIPE, text=True)
    assert "holding\n" == process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_driver_is_refused_and_told_who_the_first_is(paths, holder):
    with pytest.raises(UserError) as refused, only_driver(paths, pytest.fail):
        pass
    (line,) = str(refused.value).splitlines()
    assert line.startswith("NAME=toy")
    assert f"process {holder.pid} on {os.uname().nodename}" in line


def test_a_lock_that_its_holder_takes_away_as_it_leaves_is_not_the_one_that_counts(paths, monkeypatch):
    """A first driver fails before anything is recorded, between our opening its lock and our holding it."""
    flock, taken = fcntl.flock, []

    def leaves_first(file, how):
        if not taken:
            taken.append(paths.lock.unlink())
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", leaves_first)
    with only_driver(paths, pytest.fail), pytest.raises(UserError), only_driver(paths, pytest.fail):
        pass


def test_another_study_is_free(paths, holder):
    with only_driver(StudyPaths(paths.root.parent / "other"), pytest.fail):
        pass


def test_a_driver_that_was_killed_leaves_no_lock(paths, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with only_driver(paths, pytest.fail):
        assert f"process {os.getpid()} on" in paths.lock.read_text()


def test_the_lock_is_given_back_when_the_work_ends_or_fails(paths):
    with pytest.raises(KeyboardInterrupt), only_driver(paths, pytest.fail):
        raise KeyboardInterrupt
    with only_driver(paths, pytest.fail):
        pass


@pytest.mark.parametrize("reason", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_one_line_and_the_study_goes_on(paths, monkeypatch, reason):
    def flock(*_: object) -> None:
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(fcntl, "flock", flock)
    told = []
    with only_driver(paths, told.append):
        (line,) = told
    assert f"no locks on this file system ({os.strerror(reason)})" in line
    assert "NAME=toy" in line
    assert "\n" not in line


def test_a_study_that_never_began_leaves_no_folder(paths):
    with only_driver(paths, pytest.fail):
        paths.records.parent.mkdir()
        paths.records.touch()
        paths.log.write_text("noise")
    assert not paths.root.exists()
    assert paths.root.parent.exists()


@pytest.mark.parametrize("kept", ["records/study.jsonl", "mine.txt"])
def test_what_was_recorded_or_is_somebodys_stays(paths, kept):
    file = paths.root / kept
    with only_driver(paths, pytest.fail):
        file.parent.mkdir(exist_ok=True)
        file.write_text("{}\n")
    assert "{}\n" == file.read_text()
