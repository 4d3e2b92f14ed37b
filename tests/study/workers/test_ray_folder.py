"""Where Ray's sockets go when TMPDIR is not fit for them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ganprune.errors import UserError
from study.workers import ray_folder as module
from study.workers.ray_folder import LONGEST, ray_folder


@pytest.fixture
def short():
    """A short folder, as on most machines /tmp is."""
    folder = Path("/tmp") / f"t{os.getpid()}"
    folder.mkdir()
    yield folder
    for left in folder.iterdir():
        left.rmdir()
    folder.rmdir()


def test_it_is_private_and_in_the_folder_that_was_named(short):
    made = Path(ray_folder({"TMPDIR": str(short)}))
    assert short == made.parent
    assert 0o700 == stat.S_IMODE(made.stat().st_mode)


@pytest.mark.parametrize("unfit", ["/nowhere", "/proc", "/tmp/" + LONGEST * "x", "/tmp/été", "/tmp/a b"])
def test_a_folder_that_is_not_fit_is_passed_over(unfit, short, monkeypatch):
    monkeypatch.setattr(module, "USUAL", (str(short),))
    assert short == Path(ray_folder({"TMPDIR": unfit})).parent


def test_a_full_disk_is_passed_over(short, monkeypatch):
    monkeypatch.setattr(module, "ROOM", 1e18)
    monkeypatch.setattr(module, "USUAL", ())
    with pytest.raises(UserError, match=f"{short}: less than 100 MB are free"):
        ray_folder({"TMPDIR": str(short)})


def test_without_any_it_is_one_line_that_says_what_is_wrong_where(monkeypatch):
    monkeypatch.setattr(module, "USUAL", ("/tmp/" + LONGEST * "x",))
    with pytest.raises(UserError, match=r"/tmp/été: it has letters .* it is too long.*; give TMPDIR=") as refused:
        ray_folder({"TMPDIR": "/tmp/été"})
    assert 1 == len(str(refused.value).splitlines())


def test_it_is_gone_with_the_process(short):
    code = "from study.workers.ray_folder import ray_folder; print(ray_folder())"
    environment = os.environ | {"RAY_TMPDIR": str(short)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(short))
    assert [] == list(short.iterdir())
