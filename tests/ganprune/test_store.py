"""Trained states are found again by what made them, whole or not at all, and never taken from under a reader."""

import errno
import fcntl
import os
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganprune.errors import UserError
from ganprune.store import Entry, write_whole
from tests.other_user import as_nobody, shared_folder, unlike_the_umask

KEY = {"data": "abc"}


@pytest.fixture
def entry(tmp_path) -> Entry:
    return Entry(tmp_path / "store", KEY)


def _state(value: float = 0.0) -> dict[str, torch.Tensor]:
    return {"weight": torch.full((4, 3), value), "step": torch.tensor([1, 2])}


def _file(entry: Entry, epoch: int):
    (file,) = entry.folder.glob(f"epoch-*{epoch}.safetensors")
    return file


def test_what_is_saved_is_loaded_bit_for_bit_however_it_lay_in_memory(entry):
    laid = torch.randn(2, 3, 4, 4).contiguous(memory_format=torch.channels_last)
    entry.save(1, {"weight": laid, "step": torch.tensor(3.0)}, keep=())
    loaded = entry.load(1)
    assert torch.equal(laid, loaded["weight"])
    assert 3.0 == loaded["step"].item()


def test_an_epoch_that_is_not_there_is_nothing(entry):
    assert entry.load(1) is None
    assert entry.newest(100) is None
    assert [] == entry.epochs()


def test_the_newest_is_the_one_with_the_most_epochs_that_are_not_too_many(entry):
    for epoch in (2, 4, 6):
        entry.save(epoch, _state(epoch), keep=(2, 4, 6))
    assert 4 == entry.newest(5)["weight"][0, 0]
    assert 6 == entry.newest(6)["weight"][0, 0]
    assert entry.newest(1) is None


def test_the_epochs_of_the_grid_and_the_newest_are_kept(entry):
    for epoch in range(1, 8):
        entry.save(epoch, _state(epoch), keep=(2, 4))
    assert [2, 4, 7] == entry.epochs()


def test_epochs_that_another_run_left_are_kept(tmp_path):
    """Another study's grid, or the last epoch of a trial that ran out of time: points were scored on them."""
    first = Entry(tmp_path, KEY)
    for epoch in (1, 2, 3):
        first.save(epoch, _state(epoch), keep=(2,))
    second = Entry(tmp_path, KEY)
    for epoch in (4, 5, 6):
        second.save(epoch, _state(epoch), keep=(5,))
    assert [2, 3, 5, 6] == second.epochs()


def test_the_first_writer_wins(entry):
    entry.save(3, _state(1), keep=())
    entry.save(3, _state(2), keep=())
    assert 1 == entry.load(3)["weight"][0, 0]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 0.999))
def test_a_file_cut_short_anywhere_is_noticed_and_gone_and_the_one_before_is_taken(tmp_path, share):
    entry = Entry(tmp_path, KEY)
    entry.save(1, _state(1), keep=(1,))
    entry.save(2, _state(2), keep=(1,))
    file = _file(entry, 2)
    os.truncate(file, int(share * file.stat().st_size))
    assert 1 == entry.newest(2)["weight"][0, 0]
    assert [1] == entry.epochs()


def test_a_file_of_other_bytes_is_noticed_and_gone(entry):
    entry.save(1, _state(), keep=())
    _file(entry, 1).write_bytes(bytes(range(256)) * 10)
    assert entry.newest(1) is None
    assert [] == entry.epochs()


def test_a_file_half_written_when_its_writer_was_killed_is_not_there(entry, monkeypatch):
    """Under the very name that it is written by."""
    entry.save(1, _state(1), keep=())
    with monkeypatch.context() as killed:
        killed.setattr(Path, "rename", lambda *_: os._exit(0))
        if not (writer := os.fork()):
            entry.save(2, _state(2), keep=())
        os.waitpid(writer, 0)
    assert 3 == len(list(entry.folder.iterdir()))
    assert [1] == entry.epochs()
    entry.save(2, _state(2), keep=())
    assert 2 == entry.newest(2)["weight"][0, 0]


def test_no_unfinished_file_is_left_behind(entry):
    for epoch in (1, 2):
        entry.save(epoch, _state(), keep=())
    assert {"epoch-00002.safetensors", "key.json"} == {file.name for file in entry.folder.iterdir()}


def test_the_folder_says_in_words_what_made_it(entry):
    entry.save(1, _state(), keep=())
    assert '"data": "abc"' in (entry.folder / "key.json").read_text()


def test_a_file_is_replaced_at_once_and_nothing_is_left_beside_it(tmp_path):
    file = tmp_path / "picture.png"
    write_whole(file, b"old")
    write_whole(file, b"new")
    assert b"new" == file.read_bytes()
    assert [file] == list(tmp_path.iterdir())


def test_a_store_that_takes_no_more_is_one_clear_line_and_nothing_half_written(entry, monkeypatch):
    whole = Path.write_bytes

    def full(file, content):
        whole(file, content[:100])
        if "epoch" in file.name:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match=r"No space left on device.*free space"):
        entry.save(1, _state(), keep=())
    assert ["key.json"] == [file.name for file in entry.folder.iterdir()]


@pytest.mark.parametrize("umask", [0o002, 0o022, 0o077])
def test_what_is_kept_follows_the_umask(entry, umask):
    before = os.umask(umask)
    try:
        with entry.claimed(1, is_late=lambda: False):
            entry.save(1, _state(), keep=())
    finally:
        os.umask(before)
    assert [] == unlike_the_umask(entry.folder.parent.parent, umask)


def test_another_user_takes_what_is_there():
    with shared_folder() as folder:
        entry = Entry(folder / "store", KEY)
        entry.save(1, _state(3.0), keep=())

        def taken() -> float:
            with entry.claimed(1, is_late=lambda: False):
                return entry.load(1)["weight"][0, 0].item()

        assert "3.0" == as_nobody(taken)


def test_what_another_user_may_not_read_is_not_taken_for_gone():
    with shared_folder() as folder:
        entry = Entry(folder / "store", KEY)
        entry.save(1, _state(), keep=())
        entry.file(1).chmod(0o600)
        told = as_nobody(lambda: entry.load(1))
    assert told.startswith(f"UserError: {entry.file(1)} is there, but you may not read it")


def test_a_damaged_state_that_another_user_cannot_remove_is_one_line():
    with shared_folder() as folder:
        entry = Entry(folder / "store", KEY)
        entry.save(1, _state(), keep=())
        entry.file(1).write_bytes(b"damaged")
        assert as_nobody(lambda: entry.load(1)).startswith(f"UserError: cannot write {entry.folder}")


@pytest.mark.parametrize("reason", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_where_the_file_system_knows_no_locks_nobody_is_waited_for(entry, monkeypatch, reason):
    monkeypatch.setattr(fcntl, "flock", _refuse(reason))
    with entry.claimed(3, is_late=lambda: pytest.fail("it waits")):
        entry.save(3, _state(), keep=())
    assert [3] == entry.epochs()


def _refuse(reason: int):
    def flock(*_: object) -> None:
        raise OSError(reason, os.strerror(reason))

    return flock


def test_a_claim_is_for_one_at_a_time_and_ends_with_its_holder(tmp_path):
    one, other = Entry(tmp_path, KEY), Entry(tmp_path, KEY)
    asked = []
    patience = other.claimed(3, is_late=lambda: bool(asked.append(1)) or len(asked) > 2)
    with one.claimed(3, is_late=lambda: False), patience:
        assert len(asked) > 2
    with other.claimed(3, is_late=lambda: pytest.fail("it waits for nobody")):
        pass


def test_nobody_waits_for_what_is_there(tmp_path):
    one, other = Entry(tmp_path, KEY), Entry(tmp_path, KEY)
    one.save(3, _state(), keep=(3,))
    with one.claimed(9, is_late=lambda: False), other.claimed(3, is_late=lambda: pytest.fail("it waits")):
        pass
