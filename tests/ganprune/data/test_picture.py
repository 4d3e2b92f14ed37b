"""Tests of picture.py: every kind of file that people have becomes the square that they expect."""

import io

import numpy as np
import pytest
from PIL import Image

from ganprune.data.picture import Frame, framed, is_transparent

SQUARE = Frame(side=8, native=8)


def reread(picture: Image.Image, format: str, **options) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return Image.open(file)


def grey(level: int, mode: str = "L") -> Image.Image:
    return Image.new(mode, (8, 8), level)


def ramp(width: int, height: int) -> Image.Image:
    """Columns 0, 1, 2, ... of grey."""
    return Image.fromarray(np.tile(np.arange(width, dtype=np.uint8), (height, 1)))


def colour_of(picture: Image.Image) -> list[int]:
    pixels = framed(picture, SQUARE, channels=3)
    assert pixels.shape == (3, 8, 8)
    return pixels[:, 4, 4].tolist()


def test_a_picture_of_the_right_size_is_unchanged():
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    assert np.array_equal(pixels.transpose(2, 0, 1), framed(Image.fromarray(pixels), SQUARE, channels=3))


def test_28_in_32_is_padded_and_not_touched():
    pixels = np.random.default_rng(0).integers(1, 256, (28, 28), np.uint8)
    square = framed(Image.fromarray(pixels), Frame(32, 28), channels=1)[0]
    assert (Frame(32, 28).crop, Frame(32, 28).native) == (28, 28)
    assert np.array_equal(pixels, square[2:30, 2:30])
    assert pixels.astype(int).sum() == square.astype(int).sum()


def test_8_in_16_is_doubled():
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8), np.uint8)
    assert np.array_equal(np.kron(pixels, np.ones((2, 2))), framed(Image.fromarray(pixels), Frame(16, 8), 1)[0])


@pytest.mark.parametrize(("width", "first"), [(9, 0), (12, 2), (13, 2)])
def test_an_oblong_picture_loses_its_ends_by_whole_pixels(width, first):
    row = framed(ramp(width, 8), SQUARE, channels=1)[0, 0]
    assert list(range(first, first + 8)) == row.tolist()


def test_a_larger_picture_is_averaged_not_sampled():
    stripes = Image.fromarray(np.tile(np.array([0, 255], np.uint8), (64, 32)))
    assert np.abs(framed(stripes, SQUARE, 1).astype(int) - 127.5)[:, :, 1:-1].max() < 20


def test_a_large_jpeg_comes_out_as_if_decoded_in_full():
    y, x = np.mgrid[:72, :72]
    photo = Image.fromarray(np.rint(127 + 90 * np.sin(x / 7) * np.cos(y / 9)).astype(np.uint8))
    full, fast = framed(photo.copy(), SQUARE, 1), framed(reread(photo, "JPEG", quality=98), SQUARE, 1)
    assert np.abs(full.astype(int) - fast).max() <= 3


@pytest.mark.parametrize("channels", [1, 3])
def test_grey_stays_grey(channels):
    assert [77] * channels == framed(grey(77), SQUARE, channels)[:, 0, 0].tolist()


def test_transparent_pixels_are_white():
    assert colour_of(reread(Image.new("RGBA", (8, 8), (9, 9, 9, 0)), "PNG")) == [255, 255, 255]
    assert colour_of(reread(Image.new("LA", (8, 8), (9, 0)), "PNG")) == [255, 255, 255]


def test_a_palette_is_looked_up_and_its_transparency_kept():
    palette = Image.new("RGB", (8, 8), (10, 200, 30)).quantize(2)
    assert colour_of(reread(palette, "PNG")) == [10, 200, 30]
    assert colour_of(reread(palette, "PNG", transparency=palette.getpixel((0, 0)))) == [255, 255, 255]


@pytest.mark.parametrize("format", ["PNG", "TIFF", "PPM"])
def test_16_bit_grey_is_scaled_not_clipped(format):
    deep = Image.fromarray(np.full((8, 8), 100 * 257, np.uint16))
    assert colour_of(reread(deep, format)) == [100, 100, 100]


def test_one_bit_is_black_and_white():
    assert colour_of(reread(grey(1, "1"), "PNG")) == [255, 255, 255]


def test_cmyk_becomes_the_colour_that_it_prints():
    red, green, blue = colour_of(reread(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))
    assert red > 200
    assert max(green, blue) < 60


def test_exif_rotation_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by 90 degrees clockwise
    stored = Image.fromarray(np.repeat(np.array([[0], [200]], np.uint8), 4, 0).repeat(8, 1))
    shown = framed(reread(stored, "PNG", exif=exif), SQUARE, 1)[0]
    assert (shown[0, 0], shown[0, -1]) == (200, 0)


def test_of_an_animation_the_first_frame_is_taken():
    assert colour_of(reread(grey(20), "GIF", save_all=True, append_images=[grey(200)])) == [20, 20, 20]


def test_damaged_remarks_about_a_picture_do_not_lose_it():
    assert colour_of(reread(grey(50), "PNG", exif=b"Exif\0\0damaged")) == [50, 50, 50]


def test_transparency_that_was_multiplied_in_is_undone():
    half = Image.new("LA", (8, 8), (0, 128)).convert("La")
    assert colour_of(half) == [127, 127, 127]


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_only_pixels_that_show_through_make_a_picture_transparent(mode):
    assert is_transparent(Image.new(mode, (8, 8)))
    assert not is_transparent(Image.new(mode, (8, 8), (9,) * (len(mode) - 1) + (255,)))
    assert not is_transparent(Image.new(mode[:-1], (8, 8)))


def test_32_bit_levels_count_as_16_bit_ones_while_they_may_be():
    assert colour_of(reread(Image.fromarray(np.full((8, 8), 100 * 257, np.int32)), "TIFF")) == [100, 100, 100]


@pytest.mark.parametrize("level", [np.float32(0.5), np.int32(65536), np.int32(-1)])
def test_levels_without_a_known_range_are_refused_not_clipped(level):
    with pytest.raises(ValueError, match="no known range"):
        framed(Image.fromarray(np.full((8, 8), level)), SQUARE, 1)
