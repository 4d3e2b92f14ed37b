"""Pictures of two kinds as users have them: side by side in one file, in two folders of equal names, or unpaired.

Side by side A is left. Two folders are trainA and trainB, with testA, testB or valA, valB; or A and B, with splits in
or around them. Names tell pairs, never the order of files: one that is missing on each side would shift all others.
"""

import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from ganprune.data.decode import SIZED
from ganprune.data.files import files_of
from ganprune.data.folder import FORMATS, SUFFIXES, left_out, others_than_pictures
from ganprune.data.places import Place, places_of
from ganprune.data.source import Source
from ganprune.errors import UserError
from ganprune.translation import few

EQUAL = 0.9  # share of equal names from which two folders are taken for pairs
NAMED = 5  # pictures without a partner, on screen
SQUARE = 1.2  # times as wide as high, below which no two pictures lie side by side


class Domains(NamedTuple):
    a: Source
    b: Source  # of pairs in the order of `a`
    pairs: bool


Opened = Callable[[str], Image.Image]  # of a file, by its name


def load(path: Path) -> Domains:
    """What lies under a folder or in a zip."""
    names, read = files_of(path)
    places = places_of([name for name in names if name.lower().endswith(SUFFIXES)])
    a, b, others = ([place for place in places if place.kind == kind] for kind in ("A", "B", ""))

    def opened(name: str) -> Image.Image:
        return Image.open(io.BytesIO(read(name)), formats=FORMATS)

    if not a and not b:
        return _told_of(names, _side_by_side(path, others, opened))
    _refuse_one_kind(path, {"A": a, "B": b})
    _refuse_others(path, others)
    return _told_of(names, _two_folders(path, a, b, opened))


def _told_of(names: Sequence[str], found: Domains) -> Domains:
    """With a remark on the files that are no pictures, if there are any."""
    others = others_than_pictures(names)
    told = (left_out(others),) if others else ()
    return found._replace(b=replace(found.b, remarks=found.b.remarks + told))


def _side_by_side(path: Path, places: list[Place], opened: Opened) -> Domains:
    sizes = _sizes(places, opened)
    _refuse_single(path, places, sizes)
    other = sum(width != 2 * height for width, height in sizes)
    odd = f"{other} of {len(sizes)} pictures are not twice as wide as high: is each a pair?"
    told = ("pairs lie side by side in one file: A = left, B = right", *([odd] if other else []), *few(len(places)))
    left, right = (_source(places, partial(_half, places, opened, of_b)) for of_b in (False, True))
    return Domains(left, replace(right, remarks=told), pairs=True)


def _half(places: list[Place], opened: Opened, right: bool, index: int) -> Image.Image:
    picture = opened(places[index].name)
    width, height = picture.size
    if width % 2:
        raise ValueError(f"{width} pixels wide, so that its halves are unequal: cut one column off")
    return picture.crop((width // 2, 0, width, height) if right else (0, 0, width // 2, height))


def _two_folders(path: Path, a: list[Place], b: list[Place], opened: Opened) -> Domains:
    both = {place.pair for place in a} & {place.pair for place in b}
    if len(both) < EQUAL * min(len(a), len(b)):
        return _unpaired(a, b, len(both), opened)
    _refuse_strays(path, [place for place in (*a, *b) if place.pair not in both])
    partner = {place.pair: place for place in a}
    return _paired([partner[place.pair] for place in b], b, opened)


def _unpaired(a: list[Place], b: list[Place], alike: int, opened: Opened) -> Domains:
    """`alike`: how many names are equal all the same."""
    sizes = [_range(places, opened) for places in (a, b)]
    but = f" ({alike} names are equal)" if alike else ""
    told = f"A and B are no pairs{but}: {len(a)} pictures of {sizes[0]} and {len(b)} of {sizes[1]}; central squares"
    source_a = _source(a, lambda index: opened(a[index].name))
    source_b = _source(b, lambda index: opened(b[index].name), (told, *few(min(len(a), len(b)))))
    return Domains(source_a, source_b, pairs=False)


def _paired(a: list[Place], b: list[Place], opened: Opened) -> Domains:
    def open_a(index: int) -> Image.Image:
        picture, other = opened(a[index].name), opened(b[index].name)
        if picture.size != other.size:
            raise ValueError("{}x{} pixels, and its partner {}x{}".format(*picture.size, *other.size))
        return picture

    told = ("A and B have equal names, so they are taken for pairs; rename those of one side if they are none",)
    source_b = _source(b, lambda index: opened(b[index].name), told + few(len(b)))
    return Domains(_source(a, open_a), source_b, pairs=True)


def _source(places: list[Place], opened: Callable[[int], Image.Image], told: tuple[str, ...] = ()) -> Source:
    return Source(
        labels=np.zeros(len(places), np.int64),
        origins=np.array([place.split for place in places]),
        classes=(),
        names=[place.name for place in places],
        open=opened,
        remarks=told,
    )


def _range(places: list[Place], opened: Opened) -> str:
    """Of some pictures' sizes."""
    sizes = sorted(_sizes(places, opened))
    first, last = ("{}x{}".format(*size) for size in (sizes[0], sizes[-1])) if sizes else ("unknown size",) * 2
    return first if first == last else f"{first} to {last}"


def _sizes(places: list[Place], opened: Opened) -> list[tuple[int, int]]:
    """Of some pictures, as far as they can be read: those that can't are counted and named once they are decoded."""
    sizes = []
    for place in places[:: max(1, len(places) // SIZED)]:
        with suppress(Exception):  # decoders raise anything on a broken file
            sizes.append(opened(place.name).size)
    return sizes


def _refuse_one_kind(path: Path, kinds: dict[str, list[Place]]) -> None:
    for kind, other in ("AB", "BA"):
        if not kinds[kind]:
            raise UserError(f"{path}: no picture in train{kind} or {kind}, {len(kinds[other])} in those of {other}")


def _refuse_others(path: Path, others: list[Place]) -> None:
    if others:
        raise UserError(
            f"{path}: {len(others)} pictures lie in no folder of A or B ({others[0].name}, …): move them away"
        )


def _refuse_single(path: Path, places: list[Place], sizes: list[tuple[int, int]]) -> None:
    """Most of what is there, if anything is, would be cut through its middle."""
    single = [size for size in sizes if size[0] < SQUARE * size[1]]
    if not places or 2 * len(single) > len(sizes):
        found = f"found {len(places)} pictures that are no pairs side by side" if places else "found no pictures"
        raise UserError(
            f"{path}: no pictures in trainA and trainB; {found}: give folders trainA and trainB, or A and B, or files"
            " of pairs twice as wide as high, A left; or TASK, to derive pairs of any pictures"
        )


def _refuse_strays(path: Path, strays: list[Place]) -> None:
    if strays:
        named = ", ".join(place.name for place in strays[:NAMED]) + ", …" * (len(strays) > NAMED)
        raise UserError(
            f"{path}: {len(strays)} pictures have no partner of the same name ({named}): add theirs, or move them away"
        )
