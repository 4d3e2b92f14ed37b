"""What every data set on the shelf promises."""

import numpy as np
import pytest
import torch

from ganprune.data import DATASETS, load, name_of
from ganprune.data.images import SETS, crop


@pytest.fixture(params=DATASETS)
def images(request, small_data):
    return load(request.param, small_data, side=16 if request.param == "digits" else 32)


def test_the_three_sets_are_bytes_of_one_shape(images):
    for pictures in (getattr(images, name) for name in SETS):
        assert (np.uint8, np.int64) == (pictures.pixels.dtype, pictures.labels.dtype)
        assert (len(pictures), images.channels, images.side, images.side) == pictures.pixels.shape
        assert len(pictures) == len(pictures.labels) > 0
        assert pictures.pixels.flags.c_contiguous


def test_no_picture_is_in_two_sets(images):
    train, search, report = ({row.tobytes() for row in getattr(images, name).pixels} for name in SETS)
    assert not train & search | train & report | search & report


def test_any_prefix_of_any_set_holds_all_classes_in_their_shares(images):
    for pictures in (getattr(images, name) for name in SETS):
        shares = np.bincount(pictures.labels, minlength=len(images.classes)) / len(pictures)
        for length in (len(images.classes), len(pictures) // 3, len(pictures) // 2):
            counts = np.bincount(pictures.labels[:length], minlength=len(images.classes))
            assert np.abs(counts - length * shares).max() <= 2


def test_every_class_is_in_every_set(images):
    for pictures in (getattr(images, name) for name in SETS):
        assert len(images.classes) == len(np.unique(pictures.labels))


def test_around_the_crop_there_is_only_padding(images):
    pixels = images.train.pixels.copy()
    crop(pixels, images.crop)[:] = 0
    assert not pixels.any()


def test_features_are_taken_at_the_size_that_the_pictures_came_in(images):
    """Whole factors were repeated, so averaging them down gives back the very pixels."""
    factor, rest = divmod(images.crop, images.features_side)
    pixels = crop(torch.from_numpy(images.train.pixels).float(), images.crop)
    averaged = torch.nn.functional.avg_pool2d(pixels, factor)
    assert rest == 0
    assert torch.equal(pixels, averaged.repeat_interleave(factor, 2).repeat_interleave(factor, 3))


def test_loading_twice_gives_the_same_and_another_seed_another_division(images, small_data):
    again, other = (load(images.name, small_data, images.side, seed=seed) for seed in (0, 1))
    assert images.fingerprint == again.fingerprint != other.fingerprint


def test_its_name_is_its_key(images):
    assert images.name in DATASETS
    assert images.name == name_of(images.name)


@pytest.mark.parametrize("channels", [1, 3])
def test_grey_or_colour_can_be_forced(images, small_data, channels):
    assert channels == load(images.name, small_data, images.side, channels).channels


@pytest.mark.slow
def test_real_cifar10_is_whole_balanced_and_halved(real_data):
    images = load("cifar10", real_data, side=32)
    assert np.bincount(images.train.labels).tolist() == [5000] * 10
    assert [500] * 10 == np.bincount(images.search.labels).tolist() == np.bincount(images.report.labels).tolist()
    assert (len(images.classes), images.channels, images.crop, images.features_side) == (10, 3, 32, 32)
    assert images.problems == ()
