"""Tests of folder.py through `load`: folders and zips as people have them."""

import os
import shutil
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganprune.data import load, name_of
from ganprune.data.published import COPIES, print_of
from ganprune.data.source import UNKNOWN
from ganprune.data.splits import digest_of
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
    for split, count in (("train", 12), ("test", 6)):
        for kind in ("cat", "dog"):
            write(tmp_path / "pets" / f"{wrapping}{split}" / kind, count)
    images = loaded(zipped(tmp_path / "pets", tmp_path))
    assert images.classes == ("cat", "dog")
    sets = (images.train, images.search, images.report)
    assert [np.bincount(pictures.labels).tolist() for pictures in sets] == [[12, 12], [3, 3], [3, 3]]


@pytest.mark.parametrize(
    ("train", "val", "test"), [("Training", "validation", "Testing"), ("train", "valid", "test")], ids=["long", "valid"]
)
def test_splits_have_other_spellings(tmp_path, train, val, test):
    for split, count in ((train, 12), (val, 7), (test, 6)):
        write(tmp_path / "pets" / split, count)
    images = loaded(tmp_path / "pets")
    assert ((), 12, 7, 6) == (images.classes, len(images.train), len(images.search), len(images.report))


def test_valid_beside_another_class_is_a_class(tmp_path):
    for kind in ("valid", "invalid"):
        write(tmp_path / "coins" / kind, 10)
    assert ("invalid", "valid") == loaded(tmp_path / "coins").classes


def test_a_folder_around_splits_may_be_called_like_one(tmp_path):
    for place, count in (("train/cat", 12), ("train/dog", 12), ("test/cat", 7), ("test/dog", 7)):
        write(tmp_path / "pets" / "test" / place, count)
    images = loaded(tmp_path / "pets")
    assert (("cat", "dog"), 24, 14) == (images.classes, len(images.train), len(images.search) + len(images.report))


def test_a_class_is_the_same_however_its_accents_are_written(tmp_path):
    for place, form in (("train", "NFC"), ("test", "NFD")):
        for kind in (unicodedata.normalize(form, "caf\u00e9"), "tea"):
            write(tmp_path / "cups" / place / kind, 12)
    assert ("caf\u00e9", "tea") == loaded(tmp_path / "cups").classes


def test_splits_need_no_classes(tmp_path):
    for split, count in (("train", 12), ("val", 7), ("test", 6)):
        write(tmp_path / "pets" / split, count)
    images = loaded(tmp_path / "pets")
    assert (images.classes, len(images.train), len(images.search), len(images.report)) == ((), 12, 7, 6)


@pytest.mark.parametrize("pack", [lambda folder, root: folder, zipped], ids=["folder", "zip"])
def test_classes_are_found_above_a_sole_folder_of_images(tmp_path, pack):
    """As in Tiny-ImageNet, whose held-out pictures are of no known class."""
    for kind in ("n01443537", "n01629819"):
        write(tmp_path / "tiny" / "train" / kind / "images", 12, "JPEG")
        (tmp_path / "tiny" / "train" / kind / f"{kind}_boxes.txt").write_text("0.JPEG 0 10 63 58")
    for split in ("val", "test"):
        write(tmp_path / "tiny" / split / "images", 6, "JPEG")
    images = loaded(pack(tmp_path / "tiny", tmp_path))
    assert images.classes == ("n01443537", "n01629819")
    assert np.bincount(images.train.labels).tolist() == [12, 12]
    assert {UNKNOWN} == {*images.search.labels.tolist(), *images.report.labels.tolist()}


def test_unclassed_pictures_that_would_be_trained_on_are_left_out_and_it_is_said(tmp_path):
    for place, count in (("train/cat", 20), ("train/dog", 20), ("test", 4)):
        write(tmp_path / "pets" / place, count)
    images = loaded(tmp_path / "pets")
    assert [16, 16] == np.bincount(images.train.labels).tolist()
    assert "4 pictures without a class would be trained on: they are left out" in images.remarks


def test_beside_a_single_class_nothing_is_of_another(tmp_path):
    write(tmp_path / "pets" / "train" / "cat", 20)
    write(tmp_path / "pets" / "test", 14)
    images = loaded(tmp_path / "pets")
    assert ((), {0}) == (images.classes, {*images.train.labels.tolist(), *images.search.labels.tolist()})


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ({"train/good": 20, "test/good": 7, "test/broken": 7}, "train shows one class only"),
        ({"train": 20, "test/cat": 7, "test/dog": 7}, "train shows one class only"),
        ({"ann": 1, "bob": 1, "eve": 2, "joe": 9}, "3 of 4 folders hold fewer than 3 pictures"),
    ],
)
def test_classes_that_training_cannot_learn_are_none_and_it_is_said(tmp_path, places, told):
    for place, count in places.items():
        write(tmp_path / "pictures" / place, count)
    images = loaded(tmp_path / "pictures")
    assert ((), {0}) == (images.classes, {*images.train.labels.tolist(), *images.search.labels.tolist()})
    assert any(remark.startswith(told) for remark in images.remarks)


def test_a_folder_of_images_beside_another_is_a_class(tmp_path):
    for place in ("cat/images", "cat/drawings", "dog/images"):
        write(tmp_path / "pets" / place, 8)
    assert loaded(tmp_path / "pets").classes == ("dog", "drawings", "images")


def test_images_alone_under_the_root_or_a_split_are_of_no_class(tmp_path):
    write(tmp_path / "flat" / "images", 20)
    write(tmp_path / "flat" / "images" / "more", 20)
    for split in ("train", "test"):
        write(tmp_path / "split" / split / "images", 14)
    assert loaded(tmp_path / "split").classes == ()
    assert loaded(tmp_path / "flat").classes == ("more", "unsorted")


def test_a_zip_of_windows_has_the_classes_and_splits_of_its_folder(tmp_path):
    for place in ("train/cat", "train/dog", "test/cat", "test/dog"):
        write(tmp_path / "pets" / place, 8)
    path = tmp_path / "powershell.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pets\\train\\", b"")
        for file in (tmp_path / "pets").rglob("*.png"):
            archive.writestr(str(file.relative_to(tmp_path)).replace("/", "\\"), file.read_bytes())
    images, expected = loaded(path), loaded(tmp_path / "pets")
    assert (images.classes, images.fingerprint) == (("cat", "dog"), expected.fingerprint)


def test_linked_class_folders_are_followed_and_links_that_lead_back_up_are_not(pets, tmp_path):
    linked = tmp_path / "linked"
    linked.mkdir()
    for kind in ("cat", "dog"):
        (linked / kind).symlink_to(pets / kind)
    (linked / "again").symlink_to(linked)
    (pets / "cat" / "up").symlink_to(pets)
    images = loaded(linked)
    assert images.classes == ("cat", "dog")
    assert sum(map(len, (images.train, images.search, images.report))) == 50


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


def refused(path: Path, match: str) -> None:
    with pytest.raises(UserError, match=match) as error:
        loaded(path)
    assert "\n" not in str(error.value)


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


def test_pictures_beside_the_splits_are_refused(pets):
    write(pets / "train" / "cat", 3)
    refused(pets, r"has the split 'train' and pictures outside of any \(cat/0.png\)")


def test_two_kinds_of_pictures_are_refused_as_classes(tmp_path):
    for folder in ("trainA", "trainB", "testA", "testB"):
        write(tmp_path / "horses" / folder, 8)
    refused(tmp_path / "horses", "testA, testB, trainA, trainB are two kinds of pictures: give MODEL=cyclegan or")
    assert () == loaded(tmp_path / "horses" / "trainA").classes


@pytest.mark.parametrize(
    ("dataset", "name"),
    [("digits", "digits"), ("/a/pets.zip", "pets"), ("/a/pets/", "pets"), ("../pets", "pets"), ("a/..", "main")],
)
def test_a_study_is_named_after_the_last_part_of_the_path(dataset, name, tmp_path, monkeypatch):
    (tmp_path / "main").mkdir()
    monkeypatch.chdir(tmp_path / "main")
    assert name == name_of(dataset)
