"""Tests of fashion_mnist.py with small idx files of its format."""

import socket
from functools import partial

import numpy as np
import pytest
import torchvision

from ganprune.data import load
from ganprune.data.images import crop
from ganprune.errors import UserError


def test_28_is_padded_to_32_and_cropped_back(small_data):
    images = load("fashion-mnist", small_data, side=32)
    assert (images.channels, images.side, images.crop, images.features_side) == (1, 32, 28, 28)
    raw = (small_data / "FashionMNIST" / "raw" / "train-images-idx3-ubyte").read_bytes()[16:]
    original = np.frombuffer(raw, np.uint8).reshape(-1, 28, 28)
    cropped = crop(images.train.pixels, images.crop)[:, 0]
    assert {picture.tobytes() for picture in original} == {picture.tobytes() for picture in cropped}


def test_the_test_files_are_halved_and_classes_have_their_names(small_data):
    images = load("fashion-mnist", small_data, side=32)
    assert [len(images.train), len(images.search), len(images.report)] == [200, 20, 20]
    assert (images.classes[0], images.classes[-1]) == ("T-shirt/top", "Ankle boot")


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setattr(torchvision.datasets.FashionMNIST, "mirrors", ["http://127.0.0.1:9/"])


def test_no_data_and_no_network_is_one_line_that_says_what_to_put_where(tmp_path, offline):
    with pytest.raises(UserError, match=r"put FashionMNIST/raw/ with its four idx files there, or") as error:
        load("fashion-mnist", tmp_path, side=32)
    assert "\n" not in str(error.value)


def test_a_failed_download_leaves_the_time_limit_of_sockets_as_it_was(tmp_path, offline, request):
    request.addfinalizer(partial(socket.setdefaulttimeout, socket.getdefaulttimeout()))
    socket.setdefaulttimeout(33)
    with pytest.raises(UserError):
        load("fashion-mnist", tmp_path, side=32)
    assert socket.getdefaulttimeout() == 33


def test_damaged_files_are_one_line(small_data):
    (small_data / "FashionMNIST" / "raw" / "t10k-images-idx3-ubyte").write_bytes(b"\0\0\x08\x03 cut short")
    with pytest.raises(UserError, match="is damaged"):
        load("fashion-mnist", small_data, side=32)
