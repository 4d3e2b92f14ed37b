"""A folder is replaced whole, or stays as it was."""

import pytest

from ganprune.errors import UserError
from study.records.folders import replace_folder


def test_the_old_files_are_gone_and_nothing_is_left_beside(tmp_path):
    replace_folder(tmp_path / "deep" / "here", {"a.txt": b"old", "b.txt": b"old"})
    folder = replace_folder(tmp_path / "deep" / "here", {"a.txt": b"new"})
    assert [(file.name, file.read_bytes()) for file in folder.iterdir()] == [("a.txt", b"new")]
    assert [path.name for path in folder.parent.iterdir()] == ["here"]


def test_what_cannot_be_written_is_one_line_and_leaves_the_old(tmp_path):
    folder = replace_folder(tmp_path / "here", {"a.txt": b"old"})
    with pytest.raises(UserError, match="cannot write"):
        replace_folder(folder, {"a.txt": b"new", "no/such/folder.txt": b""})
    assert (folder / "a.txt").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
