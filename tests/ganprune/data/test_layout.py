"""Tests of layout.py and folder.py through `load`: what folders say of classes and splits."""

import unicodedata
import zipfile

import numpy as np
import pytest

from ganprune.data.source import UNKNOWN
from tests.ganprune.data.picture_folders import loaded, refused, write, zipped


def test_the_last_folder_is_the_class(tmp_path):
    for place in ("a/cat", "b/cat", "b/dog"):
        write(tmp_path / "pets" / place, 10)
    images = loaded(tmp_path / "pets")
    assert images.classes == ("cat", "dog")
    assert np.bincount(images.train.labels).tolist() == [16, 8]


def test_without_folders_there_are_no_classes(tmp_path):
    write(tmp_path / "pictures", 20)
    assert loaded(tmp_path / "pictures").classes == ()


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


def test_pictures_beside_the_splits_are_refused(pets):
    write(pets / "train" / "cat", 3)
    refused(pets, r"has the split 'train' and pictures outside of any \(cat/0.png\)")


def test_two_kinds_of_pictures_are_refused_as_classes(tmp_path):
    for folder in ("trainA", "trainB", "testA", "testB"):
        write(tmp_path / "horses" / folder, 8)
    refused(tmp_path / "horses", "testA, testB, trainA, trainB are two kinds of pictures: give MODEL=cyclegan or")
    assert () == loaded(tmp_path / "horses" / "trainA").classes
