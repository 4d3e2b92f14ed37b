"""A folder is replaced whole, or stays as it was."""

import errno
import os
from pathlib import Path

import pytest

from ganprune.errors import UserError
from study.records.folders import replace_folder


def test_the_old_files_are_gone_and_nothing_is_left_beside(tmp_path):
    replace_folder(tmp_path / "deep" / "here", {"a.txt": b"old", "b.txt": b"old"})
    folder = replace_folder(tmp_path / "deep" / "here", {"a.txt": b"new"})
    assert [(file.name, file.read_bytes()) for file in folder.iterdir()] == [("a.txt", b"new")]
    assert [path.name for path in folder.parent.iterdir()] == ["here"]


def test_where_the_new_one_cannot_be_put_in_place_the_old_one_comes_back(tmp_path, monkeypatch):
    folder, rename = replace_folder(tmp_path / "here", {"a.txt": b"old"}), Path.rename

    def refused(path: Path, target: Path) -> Path:
        if path.suffix == ".new":
            raise OSError(errno.EIO, "input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(UserError, match="cannot write"):
        replace_folder(folder, {"a.txt": b"new"})
    assert (folder / "a.txt").read_bytes() == b"old"


def test_what_a_killed_process_of_the_same_number_left_is_in_nobodys_way(tmp_path):
    for kind in ("new", "old"):
        (tmp_path / f".here.{os.getpid()}.{kind}").mkdir()
    assert (replace_folder(tmp_path / "here", {"a.txt": b"new"}) / "a.txt").read_bytes() == b"new"


def test_what_cannot_be_written_is_one_line_and_leaves_the_old(tmp_path):
    folder = replace_folder(tmp_path / "here", {"a.txt": b"old"})
    with pytest.raises(UserError, match="cannot write"):
        replace_folder(folder, {"a.txt": b"new", "no/such/folder.txt": b""})
    assert (folder / "a.txt").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
