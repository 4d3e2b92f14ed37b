"""From pictures as they were found, of any size and kind, to the three sets that a study works with."""

import math
from collections.abc import Sequence
from itertools import chain

import numpy as np

from ganprune.data.decode import decoded, refuse_if_many_broken, remarks
from ganprune.data.images import SETS, Images, Pictures, fingerprint
from ganprune.data.published import published_as
from ganprune.data.source import Source
from ganprune.data.splits import digest_of, first_twins, three_sets
from ganprune.errors import UserError

COPIES = 3  # of all pictures at the most: as decoded, as divided, and as kept in a file or handed to workers


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
    reads = decoded(sides, side, channels or 3)
    for each, read in zip(sides, reads, strict=True):
        refuse_if_many_broken(read, each, name)
    grey = channels is None and all(_is_grey(read.pixels) for read in reads)
    shown = [read.pixels[:, :1] if grey else read.pixels for read in reads]
    sound = np.setdiff1d(np.arange(len(source.names)), [index for read in reads for index in read.broken])
    digests = [digest_of(np.stack([each[index] for each in shown])) for index in sound]
    chosen = three_sets(source.origins[sound], source.labels[sound], first_twins(digests), source.held_out, seed)
    unclassed = len(sound) - sum(map(len, chosen))
    sets = [_pictures(shown, source.labels, sound[part]) for part in chosen]
    _refuse_if_empty(sets, name)
    told = chain(*map(remarks, reads, sides))
    return Images(
        name=name,
        classes=source.classes,
        **dict(zip(SETS, sets, strict=True)),
        crop=reads[0].frame.crop,
        features_side=reads[0].frame.native,
        fingerprint=fingerprint(sets),
        problems=tuple(each.names[index] for each, read in zip(sides, reads, strict=True) for index in read.broken),
        remarks=(*source.remarks, *told, *_divided_anew(source.origins[sound[chosen[1]]]), *_left_out(unclassed)),
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


def _left_out(unclassed: int) -> tuple[str, ...]:
    return (f"{unclassed} pictures without a class would be trained on: they are left out",) if unclassed else ()


def _is_grey(pixels: np.ndarray) -> bool:
    return all(np.array_equal(pixels[:, 0], pixels[:, channel]) for channel in (1, 2))
