"""Tests of images.py: bytes to floats and back, and the way through an object store."""

import warnings

import numpy as np
import pytest
import torch

from ganprune.data.images import Images, Pictures, crop, fingerprint, to_bytes, to_unit


def pictures(n: int, seed: int = 0) -> Pictures:
    rng = np.random.default_rng(seed)
    return Pictures(rng.integers(0, 256, (n, 3, 8, 8), np.uint8), rng.integers(0, 2, n))


@pytest.fixture
def images() -> Images:
    sets = [pictures(n, seed=n) for n in (6, 4, 2)]
    return Images("small", ("a", "b"), *sets, 8, 8, fingerprint(sets), ("broken.png",))


def test_every_byte_survives_the_way_to_floats_and_back():
    every = torch.arange(256, dtype=torch.uint8)
    assert torch.equal(every, to_bytes(to_unit(every)))


def test_floats_span_the_range_of_tanh():
    assert to_unit(torch.tensor([0, 255], dtype=torch.uint8)).tolist() == [-1.0, 1.0]


def test_floats_are_rounded_to_the_nearest_byte_and_clamped():
    assert to_bytes(torch.tensor([-2.0, -1.0, -1 + 2.6 / 127.5, 1.5])).tolist() == [0, 0, 3, 255]


def test_crop_is_central_and_a_view():
    whole = torch.arange(36).reshape(1, 6, 6)
    inner = crop(whole, 2)
    assert inner.tolist() == [[[14, 15], [20, 21]]]
    assert whole.untyped_storage().data_ptr() == inner.untyped_storage().data_ptr()


@pytest.fixture
def every_warning():
    """torch gives most warnings once a process, so that a later test would never see them."""
    torch.set_warn_always(True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    torch.set_warn_always(False)


def test_pictures_from_an_object_store_are_used_uncopied_and_without_a_warning(images, every_warning):
    pixels = images.train.pixels
    pixels.flags.writeable = False  # as Ray hands them out
    assert pixels.ctypes.data == images.train.tensors()[0].data_ptr()
    assert fingerprint((images.train, images.search, images.report)) == images.fingerprint


def test_one_other_pixel_or_label_is_another_fingerprint():
    sets = [pictures(4), pictures(4)]
    before = fingerprint(sets)
    sets[1].pixels[0, 0, 0, 0] ^= 1
    after_pixel = fingerprint(sets)
    sets[1].labels[0] ^= 1
    assert len({before, after_pixel, fingerprint(sets)}) == 3


@pytest.mark.parametrize(("n", "indicative"), [(255, True), (256, False)])
def test_scores_against_few_pictures_are_indicative(images, n, indicative):
    small = Images("small", (), images.train, pictures(n), images.report, 8, 8, "", ())
    assert indicative is small.indicative
