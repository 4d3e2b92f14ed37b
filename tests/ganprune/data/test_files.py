"""Tests of files.py: names and contents, however they were packed or linked."""

import os
import zipfile
from pathlib import Path

import pytest

from ganprune.data import files, pictures_at
from ganprune.data.files import files_of
from ganprune.errors import UserError


def packed(path: Path, *names: str, **options) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name in names:
            archive.writestr(name, name.encode())
    return path


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("cat/0.png", "cat/0.png"),
        ("/cat/0.png", "cat/0.png"),
        ("./cat//0.png", "cat/0.png"),
        ("../../cat/0.png", "cat/0.png"),
        ("C:\\cat\\0.png", "cat/0.png"),
        ("\\\\nas\\cat\\0.png", "nas/cat/0.png"),
        ("12:30.png", "12:30.png"),
    ],
)
def test_any_name_in_a_zip_is_a_path_inside_it_and_is_read(tmp_path, name, inside):
    found = files_of(packed(tmp_path / "any.zip", name, "other/1.png"))
    assert found.names == [inside, "other/1.png"]
    assert found.read(inside) == name.encode()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_entries_of_one_name_the_last_counts_as_when_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        archive.writestr("0.png", b"old")
        archive.writestr("0.png", b"new")
    found = files_of(tmp_path / "twice.zip")
    assert (found.names, found.read("0.png")) == (["0.png"], b"new")


@pytest.mark.parametrize(("method", "name"), [(9, "Deflate64"), (93, "Zstandard"), (77, "method 77")])
def test_a_compression_that_python_lacks_is_the_reason(tmp_path, method, name):
    path = packed(tmp_path / "other.zip", "0.png")
    data = bytearray(path.read_bytes())
    for head, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(head) + offset] = method
    path.write_bytes(data)
    with pytest.raises(ValueError, match=f"compressed by {name}, which Python cannot read"):
        files_of(path).read("0.png")


def test_the_size_of_a_bomb_is_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 1_000_000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.png", bytes(2_500_000))
    with pytest.raises(ValueError, match=r"2\.5 MB, more than the 1 MB"):
        files_of(tmp_path / "bomb.zip").read("0.png")


def test_a_damaged_table_of_contents_is_one_line(tmp_path):
    path = packed(tmp_path / "damaged.zip", "ä.png")
    path.write_bytes(path.read_bytes().replace("ä".encode(), b"\xff\xff"))
    with pytest.raises(UserError, match=r"no readable zip .*: give a folder, or pack or copy the zip again"):
        files_of(path)


def test_links_are_followed_until_they_lead_back(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "0.png").write_bytes(b"")
    for link, to in (("a/b/up", "a"), ("a/c", "a/b"), ("root", "."), ("self", "self"), ("gone", "nowhere")):
        (tmp_path / link).symlink_to(tmp_path / to)
    assert sorted(files_of(tmp_path).names) == ["a/b/0.png", "a/c/0.png", "gone", "self"]


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "0.png")
    with pytest.raises(ValueError, match="no regular file"):
        files_of(tmp_path).read("0.png")


def test_a_folder_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    def listdir(folder):
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(os, "listdir", listdir)
    with pytest.raises(UserError, match=f"{tmp_path} cannot be read .Permission denied.: check"):
        files_of(tmp_path)


def test_where_nobody_may_look_is_not_taken_for_nowhere(tmp_path, monkeypatch):
    _forbid(monkeypatch, Path, "stat")
    for dataset in ("digits", str(tmp_path / "pets")):
        with pytest.raises(UserError, match=r"cannot be looked for: you may not enter a folder on the way there; its"):
            pictures_at(dataset, tmp_path)


def test_a_zip_that_may_not_be_read_is_not_called_broken(tmp_path, monkeypatch):
    path = packed(tmp_path / "private.zip", "0.png")
    _forbid(monkeypatch, Path, "open")
    with pytest.raises(UserError, match=r"private.zip is there, but you may not read it"):
        files_of(path)


def _forbid(monkeypatch, owner, function):
    """Root may do all; others may not."""

    def forbidden(*given, **named):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(owner, function, forbidden)
