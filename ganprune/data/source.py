"""From pictures as they were found, of any size and kind, to the three sets that a study works with."""

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from PIL import Image, UnidentifiedImageError

from ganprune.data.images import SETS, Images, Pictures, fingerprint
from ganprune.data.picture import Frame, framed, is_transparent
from ganprune.data.processes import share_out, shared_zeros
from ganprune.data.published import published_as
from ganprune.data.splits import digest_of, first_twins, three_sets
from ganprune.errors import UserError

BROKEN_SHARE = 0.05  # more unreadable files than this and the data set is refused
SIZED = 1000  # files whose size is looked at, spread evenly over the data set
COPIES = 3  # of all pictures at the most: as decoded, as divided, and as kept in a file or handed to workers
NAMED = 3  # unreadable files on screen
BLOCK = 500  # pictures that are decoded together; fewer are not worth another process


@dataclass(frozen=True, eq=False)
class Source:
    """What a data set holds, before any picture is decoded. Pictures of a split `train` come first."""

    labels: np.ndarray  # int64, (n,)
    origins: np.ndarray  # (n,) "train", "val", "test" as the data set divides itself, or "" where it does not
    classes: tuple[str, ...]
    names: Sequence[str]  # of the files, for the user
    open: Callable[[int], Image.Image]  # in any process; raises whatever a broken file makes it raise
    held_out: float = 0.1  # share of `search` and of `report` where the data set does not divide itself
    remarks: tuple[str, ...] = ()  # what the user should know of how it was found
    beside: "Source | None" = None  # of what is translated into each picture, in their order


@dataclass(frozen=True, eq=False)
class Decoded:
    """A source's pictures, brought to size."""

    frame: Frame
    pixels: np.ndarray  # uint8, (n, channels, side, side)
    broken: dict[int, str]  # what cannot be read, and why
    transparent: int


def of_arrays(splits: dict[str, tuple[np.ndarray, np.ndarray]], classes, **rest) -> Source:
    """A source of uint8 pictures, (n, height, width) or (n, height, width, 3), and labels, by split."""
    pixels = np.concatenate([pixels for pixels, _ in splits.values()])
    return Source(
        labels=np.concatenate([labels for _, labels in splits.values()]).astype(np.int64),
        origins=np.repeat(list(splits), [len(labels) for _, labels in splits.values()]),
        classes=tuple(classes),
        names=[str(index) for index in range(len(pixels))],
        open=lambda index: Image.fromarray(pixels[index]),
        **rest,
    )


def gather(
    source: Source,
    name: str,
    side: int,
    channels: int | None,
    seed: int,
    published: str = "",
    memory: float = math.inf,
) -> Images:
    """Decode, bring to size, divide. Without `channels`: 1 if every picture is grey, else 3.

    `published` is the named data set that the source is sure to be; `memory`, in bytes, is what may be taken.
    """
    _refuse_if_too_large(len(source.names), side, channels or 3, memory, name)
    sides = [source, *([source.beside] if source.beside else [])]  # of pairs, both
    reads = _read(sides, side, channels or 3)
    for each, read in zip(sides, reads, strict=True):
        _refuse_if_many(read.broken, each, name)
    grey = channels is None and all(_is_grey(read.pixels) for read in reads)
    shown = [read.pixels[:, :1] if grey else read.pixels for read in reads]
    sound = np.setdiff1d(np.arange(len(source.names)), [index for read in reads for index in read.broken])
    digests = [digest_of(np.stack([each[index] for each in shown])) for index in sound]
    chosen = three_sets(source.origins[sound], source.labels[sound], first_twins(digests), source.held_out, seed)
    sets = [_pictures(shown, source.labels, sound[part]) for part in chosen]
    _refuse_if_empty(sets, name)
    told = chain(*map(_remarks, reads, sides))
    return Images(
        name=name,
        classes=source.classes,
        **dict(zip(SETS, sets, strict=True)),
        crop=reads[0].frame.crop,
        features_side=reads[0].frame.native,
        fingerprint=fingerprint(sets),
        problems=tuple(each.names[index] for each, read in zip(sides, reads, strict=True) for index in read.broken),
        remarks=(*source.remarks, *told, *_divided_anew(source.origins[sound[chosen[1]]])),
        published=published or published_as(digests[index] for index in chosen[0]),
    )


def _pictures(shown: Sequence[np.ndarray], labels: np.ndarray, part: np.ndarray) -> Pictures:
    """One of the sets: of pairs with what is translated."""
    pixels, *of_source = (np.ascontiguousarray(each[part]) for each in shown)
    return Pictures(pixels, labels[part], *of_source)


def _refuse_if_too_large(n: int, side: int, channels: int, memory: float, name: str) -> None:
    needed = COPIES * n * channels * side**2
    if needed > memory:
        raise UserError(
            f"DATASET={name}: {n} pictures of {side}x{side} pixels need {needed / 1e9:.3g} GB of memory while they are"
            f" divided, and there are {memory / 1e9:.3g} GB: take fewer of them, or a SPACE of a smaller side"
        )


def _read(sides: Sequence[Source], side: int, channels: int) -> list[Decoded]:
    """Those of all sides in one frame."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on harmless metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        frame = Frame(side, native=min(side, *map(_usual_side, sides)))
        return [_decode(each, frame, channels) for each in sides]


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

    def decode(block: range) -> tuple[dict[int, str], int]:
        broken, transparent = {}, 0
        for index in block:
            try:
                picture = source.open(index)
                transparent += is_transparent(picture)
                pixels[index] = framed(picture, frame, channels)
            except Exception as error:  # decoders raise anything on a broken file, from SyntaxError to struct.error
                broken[index] = _why(error)
        return broken, transparent

    Image.init()  # here: processes forked while another thread imports something may import nothing
    blocks = [range(len(pixels))[start : start + BLOCK] for start in range(0, len(pixels), BLOCK)]
    found = share_out(decode, blocks)
    broken = {index: why for some, _ in found for index, why in some.items()}
    return Decoded(frame, pixels, dict(sorted(broken.items())), sum(transparent for _, transparent in found))


def _why(error: Exception) -> str:
    """Pillow names the object in memory that it was given instead of a file."""
    if isinstance(error, UnidentifiedImageError):
        return "no picture of a known format"
    return " ".join(str(error).split()) or type(error).__name__


def _refuse_if_many(broken: dict[int, str], source: Source, name: str) -> None:
    if len(broken) > BROKEN_SHARE * len(source.names):
        raise UserError(
            f"{name}: {_broken(broken, source)}; up to {BROKEN_SHARE:.0%} would be left out: mend or remove them"
        )


def _broken(broken: dict[int, str], source: Source) -> str:
    named = ", ".join(source.names[index] for index in list(broken)[:NAMED]) + ", …" * (len(broken) > NAMED)
    why = next(iter(broken.values()))
    return f"{len(broken)} of {len(source.names)} pictures cannot be read ({named}; of the first: {why})"


def _remarks(read: Decoded, source: Source) -> Iterator[str]:
    if read.broken:
        yield f"{_broken(read.broken, source)} and are left out"
    if read.transparent:
        yield f"{read.transparent} of {len(read.pixels)} pictures are transparent in parts: shown on white"


def _refuse_if_empty(sets: list[Pictures], name: str) -> None:
    if not all(len(pictures) for pictures in sets):
        raise UserError(
            f"{name}: {sum(map(len, sets))} pictures, where equal ones stay together, do not fill training, search"
            " and report: give at least one different picture for each, and hundreds to learn anything"
        )


def _divided_anew(searched: np.ndarray) -> tuple[str, ...]:
    """What to say where pictures to search with came in a split to train on."""
    if "train" not in searched:
        return ()
    return ("beside train there are too few pictures to compare with: all are divided anew",)


def _is_grey(pixels: np.ndarray) -> bool:
    return all(np.array_equal(pixels[:, 0], pixels[:, channel]) for channel in (1, 2))
