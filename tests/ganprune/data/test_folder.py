"""Tests of folder.py through `load`: folders and zips as people have them."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganprune.data import load, name_of
from ganprune.errors import UserError

RNG = np.random.default_rng(0)


def write(path: Path, count: int = 1, suffix: str = "png", side: int = 8) -> None:
    path.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.fromarray(RNG.integers(0, 256, (side, side, 3), np.uint8)).save(path / f"{number}.{suffix}")


def loaded(path: Path, side: int = 8):
    return load(str(path), path.parent, side)


def zipped(folder: Path, root: Path) -> Path:
    return Path(shutil.make_archive(str(folder) + "-packed", "zip", root, folder.relative_to(root)))


@pytest.fixture
def pets(tmp_path) -> Path:
    write(tmp_path / "pets" / "cat", 30)
    write(tmp_path / "pets" / "dog", 20, suffix="bmp")
    return tmp_path / "pets"


def test_the_last_folder_is_the_class(tmp_path):
    for place in ("a/cat", "b/cat", "b/dog"):
        write(tmp_path / "pets" / place, 10)
    images = loaded(tmp_path / "pets")
    assert images.classes == ("cat", "dog")
    assert np.bincount(images.train.labels).tolist() == [16, 8]


def test_without_folders_there_are_no_classes(tmp_path):
    write(tmp_path / "pictures", 20)
    assert loaded(tmp_path / "pictures").classes == ()


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


@pytest.mark.parametrize("wrapping", ["", "pets-1.0/"])
def test_top_level_train_and_test_are_splits_and_test_is_halved(tmp_path, wrapping):
    for split, count in (("train", 12), ("test", 4)):
        for kind in ("cat", "dog"):
            write(tmp_path / "pets" / f"{wrapping}{split}" / kind, count)
    images = loaded(zipped(tmp_path / "pets", tmp_path))
    assert images.classes == ("cat", "dog")
    sets = (images.train, images.search, images.report)
    assert [np.bincount(pictures.labels).tolist() for pictures in sets] == [[12, 12], [2, 2], [2, 2]]


def test_splits_need_no_classes(tmp_path):
    for split, count in (("train", 12), ("val", 5), ("test", 3)):
        write(tmp_path / "pets" / split, count)
    images = loaded(tmp_path / "pets")
    assert (images.classes, len(images.train), len(images.search), len(images.report)) == ((), 12, 5, 3)


def test_hidden_files_what_a_mac_leaves_and_other_files_are_no_pictures(pets):
    expected = loaded(pets).fingerprint
    for stray in ("__MACOSX/cat/._0.png", "cat/.hidden.png", ".cache/0.png", "labels.csv", "README"):
        (pets / stray).parent.mkdir(parents=True, exist_ok=True)
        (pets / stray).write_bytes(b"no picture")
    assert expected == loaded(pets).fingerprint


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
    monkeypatch.setattr("ganprune.data.folder.LARGEST_FILE", 1000)
    (tmp_path / "pets" / "huge.png").write_bytes(bytes(1001))
    assert loaded(tmp_path / "pets").problems == ("huge.png",)


def refused(path: Path, match: str) -> None:
    with pytest.raises(UserError, match=match) as error:
        loaded(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("dataset", ["", "cifr10", "/nowhere/pets.zip", "long" * 100])
def test_what_is_neither_a_data_set_nor_a_path_is_refused(dataset, tmp_path):
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


def test_pictures_beside_the_splits_are_refused(pets):
    write(pets / "train" / "cat", 3)
    refused(pets, r"has the split 'train' and pictures outside of any \(cat/0.png\)")


@pytest.mark.parametrize(
    ("dataset", "name"),
    [("digits", "digits"), ("/a/pets.zip", "pets"), ("/a/pets/", "pets"), ("../pets", "pets"), ("a/..", "main")],
)
def test_a_study_is_named_after_the_last_part_of_the_path(dataset, name, tmp_path, monkeypatch):
    (tmp_path / "main").mkdir()
    monkeypatch.chdir(tmp_path / "main")
    assert name == name_of(dataset)
