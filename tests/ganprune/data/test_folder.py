"""Tests of folder.py and files.py through `load`: what is read as a picture, and what is refused."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from ganprune.data import load, name_of
from ganprune.data.published import COPIES, print_of
from ganprune.data.splits import digest_of
from ganprune.errors import UserError
from tests.ganprune.data.picture_folders import loaded, refused, write, zipped


def test_a_zip_is_the_same_data_as_its_folder_with_or_without_a_folder_around(pets):
    bare, wrapped = zipped(pets, pets).rename(pets.parent / "bare.zip"), zipped(pets, pets.parent)
    expected = loaded(pets)
    for path in (bare, wrapped):
        images = loaded(path)
        assert (expected.fingerprint, expected.classes) == (images.fingerprint, images.classes)


def test_the_order_in_a_zip_does_not_matter(pets):
    backwards = pets.parent / "backwards.zip"
    with zipfile.ZipFile(backwards, "w") as archive:
        for file in sorted(pets.rglob("*.*"), reverse=True):
            archive.write(file, file.relative_to(pets))
    assert loaded(pets).fingerprint == loaded(backwards).fingerprint


def test_a_zip_is_not_unpacked(pets):
    path = zipped(pets, pets.parent)
    shutil.rmtree(pets)
    loaded(path)
    assert [path] == list(path.parent.iterdir())


LITTER = (
    *("__MACOSX/cat/._0.png", "cat/.hidden.png", ".cache/0.png", ".ipynb_checkpoints/0.png", ".git/0.png"),
    *("@eaDir/0.png", "cat/@eaDir/1.jpg", ".@__thumb/0.png", "cat/Thumbs.db", ".DS_Store", "cat/desktop.ini"),
    *("#recycle/cat/0.png", "$RECYCLE.BIN/0.png", "lost+found/0.png"),
)


@pytest.mark.parametrize("pack", [lambda folder, root: folder, zipped], ids=["folder", "zip"])
def test_what_computers_leave_for_themselves_is_neither_class_nor_picture_nor_told(pets, pack):
    expected = loaded(pets)
    for stray in LITTER:
        (pets / stray).parent.mkdir(parents=True, exist_ok=True)
        (pets / stray).write_bytes(b"no picture")
    images = loaded(pack(pets, pets.parent))
    assert (expected.fingerprint, expected.classes, ()) == (images.fingerprint, images.classes, images.remarks)


def test_what_is_no_picture_is_counted_and_named_by_kind(pets):
    expected = loaded(pets).fingerprint
    for name in ("cat/1.heic", "cat/2.HEIC", "labels.csv", "README"):
        (pets / name).write_bytes(b"no picture")
    images = loaded(pets)
    assert images.fingerprint == expected
    assert images.remarks == ("2 .heic, 1 .csv, 1 without suffix were not read",)


def test_sizes_and_formats_may_be_mixed(tmp_path):
    for number, suffix in enumerate(("png", "jpg", "webp", "gif", "tiff", "ppm", "BMP")):
        write(tmp_path / "mixed" / suffix, 3, suffix, side=20 + 7 * number)
    images = loaded(tmp_path / "mixed", side=16)
    assert (sum(map(len, (images.train, images.search, images.report))), len(images.classes)) == (21, 7)


@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n cut short"])
def test_a_broken_file_is_passed_over_and_named(tmp_path, content):
    write(tmp_path / "pets" / "cat", 120)
    (tmp_path / "pets" / "cat" / "broken.png").write_bytes(content)
    assert loaded(tmp_path / "pets").problems == ("cat/broken.png",)


def test_a_damaged_entry_of_a_zip_is_a_broken_picture(tmp_path):
    write(tmp_path / "pets" / "cat", 120)
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in (tmp_path / "pets" / "cat").iterdir():
            archive.write(file, f"cat/{file.name}")
        middle = archive.getinfo("cat/60.png").header_offset + 60
    data = bytearray(path.read_bytes())
    data[middle : middle + 8] = b"XXXXXXXX"
    path.write_bytes(data)
    assert loaded(path).problems == ("cat/60.png",)


def test_a_file_larger_than_any_picture_is_not_read(tmp_path, monkeypatch):
    write(tmp_path / "pets", 120)
    monkeypatch.setattr("ganprune.data.files.LARGEST_FILE", 1000)
    (tmp_path / "pets" / "huge.png").write_bytes(bytes(1001))
    images = loaded(tmp_path / "pets")
    assert images.problems == ("huge.png",)
    assert "of the first: 0.001001 MB" in images.remarks[0]


def test_a_suffix_in_capitals_or_of_another_format_is_a_picture(tmp_path):
    write(tmp_path / "pets" / "cat", 12)
    for file in list((tmp_path / "pets" / "cat").iterdir()):
        file.rename(file.with_suffix(".JPG" if int(file.stem) % 2 else ".jfif"))
    images = loaded(tmp_path / "pets")
    assert (len(images.train), images.remarks) == (10, ())


def test_names_that_are_no_utf_8_are_written_out(tmp_path):
    write(tmp_path / "pets" / "dog", 12)
    (tmp_path / "pets" / "dog").rename(os.fsdecode(os.fsencode(tmp_path / "pets") + b"/\xe4ffchen"))
    write(tmp_path / "pets" / "cat", 12)
    assert loaded(tmp_path / "pets").classes == ("\\xe4ffchen", "cat")


def test_a_copy_under_another_name_is_known_and_others_of_its_name_are_not(small_data, tmp_path, monkeypatch):
    write(tmp_path / "mine", 64)
    copy = loaded(tmp_path / "mine")
    monkeypatch.setitem(COPIES, print_of(map(digest_of, copy.train.pixels)), "cifar10")
    assert (copy.published, loaded(tmp_path / "mine").published) == ("", "cifar10")
    assert load("cifar10", small_data, 32).published == "cifar10"
    write(small_data / "cifar10", 64)
    assert load("cifar10", small_data, 32).published == ""


@pytest.mark.parametrize("dataset", ["", "cifr10", "/nowhere/pets.zip", "long" * 100, "~nosuch/pets", "loop"])
def test_what_is_neither_a_data_set_nor_a_path_is_refused(dataset, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    with pytest.raises(UserError, match="no such data set, folder or zip; "):
        load(dataset, tmp_path, side=8)


def test_a_data_set_in_other_letters_is_told_its_name(tmp_path):
    with pytest.raises(UserError, match="no such data set, folder or zip; take cifar10, or give the path"):
        load("/here/CIFAR10", tmp_path, side=8)


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "holds no pictures: put files ending in .png")


def test_a_corrupt_zip_and_another_kind_of_file_are_refused(tmp_path):
    for name in ("corrupt.zip", "pictures.tar.gz"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 cut short")
        refused(tmp_path / name, "no folder and no readable zip")


@pytest.mark.parametrize(("names", "told"), [(["pets.zip"], "1 .zip was"), (["a.tar", "b.txt"], "1 .tar, 1 .txt were")])
def test_what_is_packed_once_more_is_to_be_unpacked(tmp_path, names, told):
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"packed")
    refused(tmp_path / "outer.zip", f"holds no pictures; {told} not read: unpack what is packed in it")


def test_an_encrypted_zip_is_refused(pets):
    path = zipped(pets, pets.parent)
    data = path.read_bytes()
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data = b"".join(
            part if not number else head + part[: flags - 4] + bytes([part[flags - 4] | 1]) + part[flags - 3 :]
            for number, part in enumerate(data.split(head))
        )
    path.write_bytes(data)
    refused(path, "is encrypted")


@pytest.mark.parametrize(
    ("dataset", "name"),
    [("digits", "digits"), ("/a/pets.zip", "pets"), ("/a/pets/", "pets"), ("../pets", "pets"), ("a/..", "main")],
)
def test_a_study_is_named_after_the_last_part_of_the_path(dataset, name, tmp_path, monkeypatch):
    (tmp_path / "main").mkdir()
    monkeypatch.chdir(tmp_path / "main")
    assert name == name_of(dataset)
