"""One picture of any kind as the bytes of a square of the model's size."""

from dataclasses import dataclass

import numpy as np
from PIL import ExifTags, Image, ImageOps

from ganprune.data.images import crop


@dataclass(frozen=True)
class Frame:
    """How pictures `native` pixels wide sit in a square of `side`, which is at least as wide.

    They are enlarged by a whole factor, pixels repeated, then padded with black; never interpolated, or a metric
    would measure the kernel. 32 in 32: as is. 28 in 32: padded. 8 in 16: doubled.
    """

    side: int
    native: int
    resample: Image.Resampling = Image.Resampling.BICUBIC  # antialiased, as Parmar et al. 2022 advise for metrics

    @property
    def factor(self) -> int:
        return self.side // self.native

    @property
    def crop(self) -> int:
        """Side of the central square that is picture, not padding."""
        return self.factor * self.native


def framed(picture: Image.Image, frame: Frame, channels: int) -> np.ndarray:
    """The picture as uint8 (channels, side, side)."""
    # A JPEG may be decoded at a fraction of its size: with twice the pixels that are needed nothing is lost.
    picture.draft(None, (2 * frame.native, 2 * frame.native))
    picture = upright(picture)
    picture = _opaque(_eight_bit(picture)).convert("L" if channels == 1 else "RGB")
    square = np.asarray(_square(picture, frame)).reshape(frame.native, frame.native, channels)
    pixels = np.zeros((channels, frame.side, frame.side), np.uint8)
    repeated = square.transpose(2, 0, 1).repeat(frame.factor, axis=1).repeat(frame.factor, axis=2)
    crop(pixels, frame.crop)[:] = repeated
    return pixels


def is_transparent(picture: Image.Image) -> bool:
    """Whether anything shows through it; opaque pictures often have a channel for that too."""
    return picture.has_transparency_data and _layer(picture).getchannel("A").getextrema()[0] < 255


def is_deep(picture: Image.Image) -> bool:
    """Whether its grey has 16 bits."""
    return picture.mode.startswith("I")


def upright(picture: Image.Image) -> Image.Image:
    """As its camera was held; what was held so already stays undecoded."""
    try:
        return ImageOps.exif_transpose(picture) if picture.getexif().get(ExifTags.Base.Orientation, 1) != 1 else picture
    except Exception:  # what cameras and editors wrote about a picture may be damaged, and the picture sound
        return picture


def _eight_bit(picture: Image.Image) -> Image.Image:
    """16-bit grey scaled to 8 bits, which Pillow would clip."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    levels = np.asarray(picture)
    if picture.mode == "F" or levels.min() < 0 or levels.max() > 65535:
        raise ValueError("floats or 32-bit levels have no known range: save it with 8 or 16 bits")
    return Image.fromarray(((levels.astype(np.uint32) + 128) // 257).astype(np.uint8))


def _opaque(picture: Image.Image) -> Image.Image:
    """Transparent pixels as a browser shows them: on white."""
    if not picture.has_transparency_data:
        return picture
    layer = _layer(picture)
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)


def _layer(picture: Image.Image) -> Image.Image:
    return (picture.convert("LA") if picture.mode == "La" else picture).convert("RGBA")


def _square(picture: Image.Image, frame: Frame) -> Image.Image:
    """The central square, resized."""
    length = min(picture.size)
    left, top = ((extent - length) // 2 for extent in picture.size)  # whole pixels: half of one would blur
    square = picture.crop((left, top, left + length, top + length))
    return square.resize((frame.native, frame.native), frame.resample)
