"""Tests of source.py: from pictures as found to the three sets."""

import numpy as np
import pytest
from PIL import Image

from ganprune.data.source import Source, gather, of_arrays
from ganprune.errors import UserError


def of_pictures(pictures: list[Image.Image | None]) -> Source:
    """A source that cannot open the pictures that are None."""
    n = len(pictures)
    names = [f"{index}.png" for index in range(n)]
    return Source(np.zeros(n, int), np.array([""] * n), (), names, lambda index: pictures[index].copy())


def coloured(n: int, side: int = 8) -> list[Image.Image]:
    rng = np.random.default_rng(0)
    return [Image.fromarray(rng.integers(0, 256, (side, side, 3), np.uint8)) for _ in range(n)]


def gathered(pictures, side=8, channels=None):
    return gather(of_pictures(pictures), "mine", side, channels, seed=0)


def test_pictures_are_divided_80_10_10():
    images = gathered(coloured(200))
    assert [len(images.train), len(images.search), len(images.report)] == [160, 20, 20]
    assert images.classes == ()
    assert not images.train.labels.any()


def test_one_channel_if_all_are_grey_whatever_the_files_say():
    grey = [picture.convert("L").convert("RGB") for picture in coloured(20)]
    assert gathered(grey).channels == 1
    assert gathered([*grey[1:], coloured(1)[0]]).channels == 3
    assert gathered(grey).fingerprint == gathered(grey, channels=1).fingerprint


def test_the_usual_size_counts_not_the_odd_one_out():
    images = gathered([*coloured(99), *coloured(1, side=3)], side=32)
    assert (images.crop, images.features_side) == (32, 8)


def test_one_broken_picture_in_a_hundred_is_passed_over_and_named():
    images = gathered([*coloured(99), None])
    assert images.problems == ("99.png",)
    assert len(images.train) + len(images.search) + len(images.report) == 99
    assert images.train.pixels.reshape(len(images.train), -1).any(axis=1).all()


def test_more_broken_pictures_are_refused_and_the_first_named():
    with pytest.raises(UserError, match=r"mine: 4 of 100 pictures .*\(96.png, 97.png, 98.png, \.\.\.\)"):
        gathered([*coloured(96), None, None, None, None])


@pytest.mark.parametrize("pictures", [coloured(2), coloured(1) * 50], ids=["two", "equal"])
def test_too_few_different_pictures_are_refused(pictures):
    with pytest.raises(UserError, match="do not fill training, search and report"):
        gathered(pictures)


def test_a_decompression_bomb_is_a_broken_picture(monkeypatch):
    source = of_arrays({"": (np.random.default_rng(0).integers(0, 256, (200, 8, 8), np.uint8), np.zeros(200))}, ())

    def bomb(index):
        if index == 7:
            Image._decompression_bomb_check((20_000, 5_000))  # over the limit, under the double that is fatal
        return source.open(index)

    sly = Source(source.labels, source.origins, (), source.names, bomb)
    assert gather(sly, "mine", 8, None, seed=0).problems == ("7",)
