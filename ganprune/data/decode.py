"""Pictures of any size and kind brought to one size, on all cores; what cannot be read is left out and named."""

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, UnidentifiedImageError

from ganprune.data.picture import Frame, framed, is_deep, is_transparent
from ganprune.data.processes import share_out, shared_zeros
from ganprune.data.source import Source
from ganprune.errors import UserError

BROKEN_SHARE = 0.05  # more unreadable files than this and the data set is refused
SIZED = 1000  # files whose size is looked at, spread evenly over the data set
NAMED = 3  # unreadable files on screen
BLOCK = 500  # pictures that are decoded together; fewer are not worth another process
KINDS = {  # of pictures that are shown otherwise than stored
    "are transparent in parts: shown on white": is_transparent,
    "have 16 bits of grey: scaled to 8, 65,535 is white": is_deep,
}


@dataclass(frozen=True, eq=False)
class Decoded:
    """A source's pictures, brought to size."""

    frame: Frame
    pixels: np.ndarray  # uint8, (n, channels, side, side)
    broken: dict[int, str]  # what cannot be read, and why
    kinds: Counter[str]  # how many are in KINDS


def decoded(sides: Sequence[Source], side: int, channels: int) -> list[Decoded]:
    """Those of all sides in one frame."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on harmless metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        frame = Frame(side, native=min(side, *map(_usual_side, sides)))
        unmixed = replace(frame, resample=Image.Resampling.NEAREST)
        return [_decode(each, unmixed if each.maps else frame, channels) for each in sides]


def _usual_side(source: Source) -> int:
    """The lower median of the pictures' shorter sides, from a sample of headers."""
    sides = []
    for index in range(0, len(source.names), max(1, len(source.names) // SIZED)):
        try:
            sides.append(min(source.open(index).size))
        except Exception:  # a broken file: counted and named when it is decoded
            continue
    return sorted(sides)[(len(sides) - 1) // 2] if sides else 1


def _decode(source: Source, frame: Frame, channels: int) -> Decoded:
    """Every picture; those that cannot be read stay black."""
    pixels = shared_zeros(len(source.names), channels, frame.side, frame.side)

    def decode(block: range) -> tuple[dict[int, str], Counter[str]]:
        broken, kinds = {}, Counter[str]()
        for index in block:
            try:
                picture = source.open(index)
                kinds.update(kind for kind, applies in KINDS.items() if applies(picture))
                pixels[index] = framed(picture, frame, channels)
            except Exception as error:  # decoders raise anything on a broken file, from SyntaxError to struct.error
                broken[index] = _why(error)
        return broken, kinds

    Image.init()  # here: processes forked while another thread imports something may import nothing
    blocks = [range(len(pixels))[start : start + BLOCK] for start in range(0, len(pixels), BLOCK)]
    found = share_out(decode, blocks)
    broken = {index: why for some, _ in found for index, why in some.items()}
    return Decoded(frame, pixels, dict(sorted(broken.items())), sum((kinds for _, kinds in found), Counter()))


def _why(error: Exception) -> str:
    """Pillow names the object in memory that it was given instead of a file."""
    if isinstance(error, UnidentifiedImageError):
        return "no picture of a known format"
    return " ".join(str(error).split()) or type(error).__name__


def refuse_if_many_broken(read: Decoded, source: Source, name: str) -> None:
    if len(read.broken) > BROKEN_SHARE * len(source.names):
        raise UserError(
            f"{name}: {_broken(read.broken, source)}; up to {BROKEN_SHARE:.0%} would be left out: mend or remove them"
        )


def _broken(broken: dict[int, str], source: Source) -> str:
    named = ", ".join(source.names[index] for index in list(broken)[:NAMED]) + ", …" * (len(broken) > NAMED)
    why = next(iter(broken.values()))
    return f"{len(broken)} of {len(source.names)} pictures cannot be read ({named}; of the first: {why})"


def remarks(read: Decoded, source: Source) -> Iterator[str]:
    if read.broken:
        yield f"{_broken(read.broken, source)} and are left out"
    for kind, count in read.kinds.items():
        yield f"{count} of {len(read.pixels)} pictures {kind}"
