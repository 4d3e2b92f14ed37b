"""From pictures as they were found, of any size and kind, to the three sets that a study works with."""

import os
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ganprune.data.images import SETS, Images, Pictures, fingerprint
from ganprune.data.picture import Frame, framed
from ganprune.data.splits import first_twins, three_sets
from ganprune.errors import UserError

BROKEN_SHARE = 0.01  # more unreadable files than this and the data set is refused
SIZED = 1000  # files whose size is looked at, spread evenly over the data set
BLOCK = 128  # pictures a thread decodes at a time
WORTH_THREADS = 128  # pixels a side: of smaller pictures Python has most of the work, and two threads take longer


@dataclass(frozen=True, eq=False)
class Source:
    """What a data set holds, before any picture is decoded. Pictures of a split `train` come first."""

    labels: np.ndarray  # int64, (n,)
    origins: np.ndarray  # (n,) "train", "val", "test" as the data set divides itself, or "" where it does not
    classes: tuple[str, ...]
    names: Sequence[str]  # of the files, for the user
    open: Callable[[int], Image.Image]  # from any thread; raises whatever a broken file makes it raise
    held_out: float = 0.1  # share of `search` and of `report` where the data set does not divide itself


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


def gather(source: Source, name: str, side: int, channels: int | None, seed: int) -> Images:
    """Decode, bring to size, divide. Without `channels`: 1 if every picture is grey, else 3."""
    frame, pixels, broken = _read(source, side, channels or 3)
    _refuse_if_many(broken, source, name)
    if channels is None and _is_grey(pixels):
        pixels = pixels[:, :1]
    sets = _divide(source, pixels, broken, seed)
    _refuse_if_empty(sets, name)
    return Images(
        name=name,
        classes=source.classes,
        **dict(zip(SETS, sets, strict=True)),
        crop=frame.crop,
        features_side=frame.native,
        fingerprint=fingerprint(sets),
        problems=tuple(source.names[index] for index in broken),
    )


def _read(source: Source, side: int, channels: int) -> tuple[Frame, np.ndarray, list[int]]:
    """How the pictures are framed, all of them, and the indices of those that cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on harmless metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        usual = _usual_side(source)
        frame, threads = Frame(side, native=min(side, usual)), len(os.sched_getaffinity(0))
        return frame, *_decode(source, frame, channels, threads if usual >= WORTH_THREADS else 1)


def _divide(source: Source, pixels: np.ndarray, broken: list[int], seed: int) -> list[Pictures]:
    sound = np.setdiff1d(np.arange(len(pixels)), broken)
    twins = first_twins(pixels[index] for index in sound)
    chosen = three_sets(source.origins[sound], source.labels[sound], twins, source.held_out, seed)
    return [Pictures(np.ascontiguousarray(pixels[sound[part]]), source.labels[sound[part]]) for part in chosen]


def _usual_side(source: Source) -> int:
    """The lower median of the pictures' shorter sides, from a sample of headers."""
    sides = []
    for index in range(0, len(source.names), max(1, len(source.names) // SIZED)):
        try:
            sides.append(min(source.open(index).size))
        except Exception:  # a broken file: counted and named when it is decoded
            continue
    return sorted(sides)[(len(sides) - 1) // 2] if sides else 1


def _decode(source: Source, frame: Frame, channels: int, threads: int) -> tuple[np.ndarray, list[int]]:
    """Every picture, (n, channels, side, side), and the indices of those that cannot be read, which stay black."""
    pixels = np.zeros((len(source.names), channels, frame.side, frame.side), np.uint8)

    def is_sound(index: int) -> bool:
        try:
            pixels[index] = framed(source.open(index), frame, channels)
        except Exception:  # decoders raise anything on a broken file, from SyntaxError to struct.error
            return False
        return True

    def broken_in(block: range) -> list[int]:
        return [index for index in block if not is_sound(index)]

    blocks = [range(len(pixels))[start : start + BLOCK] for start in range(0, len(pixels), BLOCK)]
    with ThreadPoolExecutor(threads) as pool:
        return pixels, [index for broken in pool.map(broken_in, blocks) for index in broken]


def _refuse_if_many(broken: list[int], source: Source, name: str) -> None:
    if len(broken) > BROKEN_SHARE * len(source.names):
        few = ", ".join(source.names[index] for index in broken[:3])
        more = ", ..." if len(broken) > 3 else ""
        raise UserError(
            f"{name}: {len(broken)} of {len(source.names)} pictures cannot be read ({few}{more});"
            f" up to {BROKEN_SHARE:.0%} are passed over: mend or remove them"
        )


def _refuse_if_empty(sets: list[Pictures], name: str) -> None:
    if not all(len(pictures) for pictures in sets):
        raise UserError(
            f"{name}: {sum(map(len, sets))} pictures, where equal ones stay together, do not fill training, search"
            " and report: give at least one different picture for each, and hundreds to learn anything"
        )


def _is_grey(pixels: np.ndarray) -> bool:
    return all(np.array_equal(pixels[:, 0], pixels[:, channel]) for channel in (1, 2))
