"""Tests of digits.py: the data set that is always there."""

import numpy as np
from sklearn.datasets import load_digits

from ganprune.data import load


def test_1797_digits_fall_into_1197_300_300(tmp_path):
    images = load("digits", tmp_path, side=16)
    assert [len(images.train), len(images.search), len(images.report)] == [1197, 300, 300]
    assert (images.channels, images.side, images.crop, images.features_side) == (1, 16, 16, 8)
    assert not images.indicative


def test_every_original_is_there_with_its_label(tmp_path):
    images = load("digits", tmp_path, side=16)
    pixels, labels = (
        np.concatenate([getattr(pictures, field) for pictures in (images.train, images.search, images.report)])
        for field in ("pixels", "labels")
    )
    levels = np.rint(pixels[:, 0, ::2, ::2] / 255 * 16)
    digits = load_digits()
    expected = {(tuple(image.ravel()), label) for image, label in zip(digits.images, digits.target, strict=True)}
    assert expected == {(tuple(image.ravel()), label) for image, label in zip(levels, labels, strict=True)}
    assert (pixels.min(), pixels.max()) == (0, 255)
