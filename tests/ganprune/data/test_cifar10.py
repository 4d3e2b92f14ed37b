"""Tests of cifar10.py: the binary archive is read right, and its absence is one line."""

import numpy as np
import pytest
from PIL import Image

from ganprune.data import cifar10, load
from ganprune.errors import UserError


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setattr(cifar10, "URL", "http://127.0.0.1:9/cifar-10-binary.tar.gz")


def test_rows_of_a_label_and_three_planes_become_pictures():
    planes = np.arange(3072, dtype=np.uint16).astype(np.uint8).reshape(3, 32, 32)
    pixels, labels = cifar10._pictures(bytes([7]) + planes.tobytes())
    assert labels.tolist() == [7]
    assert np.array_equal(planes.transpose(1, 2, 0), pixels[0])


def test_the_official_test_set_is_halved(small_data):
    images = load("cifar10", small_data, side=32)
    assert [len(images.train), len(images.search), len(images.report)] == [200, 20, 20]
    assert images.classes == cifar10.CLASSES


def test_no_data_and_no_network_is_one_line_that_says_what_to_put_where(tmp_path, offline):
    with pytest.raises(UserError, match=r"put cifar-10-binary.tar.gz there, or its pictures as cifar10.zip") as error:
        load("cifar10", tmp_path, side=32)
    assert str(tmp_path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_of_its_name_is_taken_before_any_download(tmp_path, offline):
    (tmp_path / "cifar10").mkdir()
    for level in range(20):
        Image.new("L", (32, 32), level).save(tmp_path / "cifar10" / f"{level}.png")
    images = load("cifar10", tmp_path, side=32)
    assert (images.name, len(images.train)) == ("cifar10", 16)


def test_an_archive_that_is_not_the_published_one_is_not_read(tmp_path, offline):
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(b"anything")
    with pytest.raises(UserError, match="cannot be downloaded"):
        load("cifar10", tmp_path, side=32)
