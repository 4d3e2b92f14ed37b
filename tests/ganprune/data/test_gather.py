"""Tests of gather.py and decode.py: from pictures as found to the three sets."""

import numpy as np
import pytest
from PIL import Image

from ganprune.data import published
from ganprune.data.gather import gather
from ganprune.data.published import print_of
from ganprune.data.source import Source, of_arrays
from ganprune.data.splits import digest_of
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


def test_one_broken_picture_in_twenty_is_left_out_counted_and_named():
    images = gathered([*coloured(95), *[None] * 5])
    assert images.problems == ("95.png", "96.png", "97.png", "98.png", "99.png")
    assert images.remarks == (
        "5 of 100 pictures cannot be read (95.png, 96.png, 97.png, …; of the first: 'NoneType' object has no attribute"
        " 'copy') and are left out",
    )
    assert len(images.train) + len(images.search) + len(images.report) == 95
    assert images.train.pixels.reshape(len(images.train), -1).any(axis=1).all()


def test_more_broken_pictures_are_refused_and_the_first_named():
    with pytest.raises(UserError, match=r"mine: 6 of 100 pictures cannot .*\(94.png, 95.png, 96.png, …; .*up to 5%"):
        gathered([*coloured(94), *[None] * 6])


@pytest.mark.parametrize("pictures", [coloured(2), coloured(1) * 50], ids=["two", "equal"])
def test_too_few_different_pictures_are_refused(pictures):
    with pytest.raises(UserError, match="do not fill training, search and report"):
        gathered(pictures)


def test_more_pictures_than_memory_holds_are_refused_before_any_is_decoded_and_the_sum_told():
    source = of_pictures([None] * 100)  # which would be refused as broken
    with pytest.raises(UserError, match=r"100 pictures of 32x32 pixels need 0.000922 GB .* there are 0.0009 GB"):
        gather(source, "mine", 32, None, seed=0, memory=9e5)
    assert gather(of_pictures(coloured(100)), "mine", 32, None, seed=0, memory=1e6)


def test_a_decompression_bomb_is_a_broken_picture(monkeypatch):
    source = of_arrays({"": (np.random.default_rng(0).integers(0, 256, (200, 8, 8), np.uint8), np.zeros(200))}, ())

    def bomb(index):
        if index == 7:
            Image._decompression_bomb_check((20_000, 5_000))  # over the limit, under the double that is fatal
        return source.open(index)

    sly = Source(source.labels, source.origins, (), source.names, bomb)
    images = gather(sly, "mine", 8, None, seed=0)
    assert images.problems == ("7",)
    assert "100000000 pixels" in images.remarks[0]


def test_what_shows_through_a_picture_is_said_and_an_unused_channel_for_it_is_not():
    clear, opaque = (Image.new("RGBA", (8, 8), (9, 9, 9, alpha)) for alpha in (0, 255))
    assert gathered([*coloured(18), clear, clear]).remarks == (
        "2 of 20 pictures are transparent in parts: shown on white",
    )
    assert gathered([*coloured(18), opaque, opaque]).remarks == ()


def test_what_had_16_bits_is_said():
    deep = [Image.fromarray(np.full((8, 8), 100 * number, np.uint16)) for number in range(3)]
    assert gathered([*coloured(18), *deep]).remarks == (
        "3 of 21 pictures have 16 bits of grey: scaled to 8, 65,535 is white",
    )


@pytest.mark.parametrize(("held_out", "anew"), [(6, False), (5, True)])
def test_splits_with_too_few_pictures_to_compare_with_are_divided_anew_and_it_is_said(held_out, anew):
    n = 60 + 2 * held_out
    origins = np.repeat(["train", "val", "test"], [60, held_out, held_out])
    pictures = coloured(n)
    source = Source(np.zeros(n, int), origins, (), [str(index) for index in range(n)], lambda index: pictures[index])
    images = gather(source, "mine", 8, None, seed=0)
    assert [len(images.search), len(images.report)] == ([7, 7] if anew else [6, 6])
    assert anew == any("all are divided anew" in remark for remark in images.remarks)


def test_a_copy_is_known_by_its_training_pictures(monkeypatch):
    pictures = coloured(64)
    known = print_of(digest_of(picture) for picture in gathered(pictures).train.pixels)
    monkeypatch.setitem(published.COPIES, known, "letters")
    assert gathered(pictures).published == "letters"
    assert gathered(coloured(63)).published == ""
