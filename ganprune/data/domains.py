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

from ganprune.data import place_checks
from ganprune.data.decode import SIZED
from ganprune.data.files import files_of
from ganprune.data.folder import FORMATS, SUFFIXES, left_out, others_than_pictures
from ganprune.data.picture import upright
from ganprune.data.places import Place, places_of
from ganprune.data.source import Source
from ganprune.errors import UserError
from ganprune.translation import few

EQUAL = 0.9  # share of equal names from which two folders are taken for pairs
NAMED = 5  # pictures without a partner, on screen
LABELS = 64  # colours in a map of labels at the most
LOOKED_AT = 50  # pictures of a kind, for their colours
BLACK_AND_WHITE = {(0, 0, 0), (255, 255, 255)}  # drawings, which nothing but grey can make smaller
SQUARE = 1.2  # times as wide as high, below which no two pictures lie side by side


class Domains(NamedTuple):
    a: Source
    b: Source  # of pairs in the order of `a`
    pairs: bool


Opened = Callable[[str], Image.Image]  # of a file, by its name


def load(path: Path, drop: bool = False) -> Domains:
    """What lies under a folder or in a zip; `drop`: what has no partner is left out."""
    names, read = files_of(path)
    places = places_of([name for name in names if name.lower().endswith(SUFFIXES)])
    a, b, others = ([place for place in places if place.kind == kind] for kind in ("A", "B", ""))

    def opened(name: str) -> Image.Image:
        return upright(Image.open(io.BytesIO(read(name)), formats=FORMATS))

    if not a and not b:
        return _told_of(names, _mapped(_side_by_side(path, others, opened)))
    place_checks.refuse_one_kind(path, a, b)
    place_checks.refuse_others(path, others)
    place_checks.refuse_held_out_alone(path, a, b)
    return _told_of(names, _mapped(_two_folders(path, a, b, opened, drop)))


def _told_of(names: Sequence[str], found: Domains) -> Domains:
    """With a remark on the files that are no pictures, if there are any."""
    others = others_than_pictures(names)
    told = (left_out(others),) if others else ()
    return found._replace(b=replace(found.b, remarks=found.b.remarks + told))


def _mapped(found: Domains) -> Domains:
    """With maps of labels marked as such; that is said, since it is a guess."""
    maps = {"A": _are_maps(found.a), "B": _are_maps(found.b)}
    kinds = " and ".join(kind for kind, are in maps.items() if are)
    told = f"{kinds}: at most {LABELS} colours a picture, taken for maps of labels: brought to size without mixing them"
    b = replace(found.b, maps=maps["B"], remarks=(*found.b.remarks, *([told] if kinds else [])))
    return found._replace(a=replace(found.a, maps=maps["A"]), b=b)


def _are_maps(source: Source) -> bool:
    colours = []
    for index in range(0, len(source.names), max(1, len(source.names) // LOOKED_AT)):
        with suppress(Exception):  # decoders raise anything on a broken file
            colours.append(source.open(index).convert("RGB").getcolors(LABELS))
    known = [{colour for _, colour in each} for each in colours if each]
    return len(known) == len(colours) > 0 and not all(each <= BLACK_AND_WHITE for each in known)


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


def _two_folders(path: Path, a: list[Place], b: list[Place], opened: Opened, drop: bool) -> Domains:
    both = {place.pair for place in a} & {place.pair for place in b}
    if len(both) < (1 if drop else EQUAL * min(len(a), len(b))):
        return _unpaired(a, b, len(both), opened)
    for kind in (a, b):
        place_checks.refuse_two_of_a_name(path, kind)
    strays = _strays([place for place in (*a, *b) if place.pair not in both])
    if strays and not drop:
        raise UserError(
            f"{path}: {strays}: add theirs, move them away, or give STRAYS=drop; if they are no pairs, rename those"
            " of one side"
        )
    partner, b = {place.pair: place for place in a}, [place for place in b if place.pair in both]
    told = (f"{strays}: left out, as STRAYS=drop says",) if strays else ()
    return _paired([partner[place.pair] for place in b], b, opened, told)


def _unpaired(a: list[Place], b: list[Place], alike: int, opened: Opened) -> Domains:
    """`alike`: how many names are equal all the same."""
    sizes = [_range(places, opened) for places in (a, b)]
    told = place_checks.split_of_one_kind(a, b)
    but = f" ({alike} names are equal)" if alike else ""
    kinds = f"A and B are no pairs{but}: {len(a)} pictures of {sizes[0]} and {len(b)} of {sizes[1]}; central squares"
    source_a = _source(a, lambda index: opened(a[index].name))
    source_b = _source(b, lambda index: opened(b[index].name), (kinds, *told, *few(min(len(a), len(b)))))
    return Domains(source_a, source_b, pairs=False)


def _paired(a: list[Place], b: list[Place], opened: Opened, strays: tuple[str, ...]) -> Domains:
    def open_a(index: int) -> Image.Image:
        picture, other = opened(a[index].name), opened(b[index].name)
        if picture.size != other.size:
            raise ValueError("{}x{} pixels, and its partner {}x{}".format(*picture.size, *other.size))
        return picture

    told = ("A and B have equal names, so they are taken for pairs; rename those of one side if they are none",)
    source_b = _source(b, lambda index: opened(b[index].name), told + strays + few(len(b)))
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


def _refuse_single(path: Path, places: list[Place], sizes: list[tuple[int, int]]) -> None:
    """Most of what is there, if anything is, would be cut through its middle."""
    single = [size for size in sizes if size[0] < SQUARE * size[1]]
    if not places or 2 * len(single) > len(sizes):
        found = f"found {len(places)} pictures that are no pairs side by side" if places else "found no pictures"
        raise UserError(
            f"{path}: no pictures in trainA and trainB; {found}: give folders trainA and trainB, or A and B, or files"
            " of pairs twice as wide as high, A left; or TASK, to derive pairs of any pictures"
        )


def _strays(strays: list[Place]) -> str:
    """What is said of them; nothing where there are none."""
    named = ", ".join(place.name for place in strays[:NAMED]) + ", …" * (len(strays) > NAMED)
    return f"{len(strays)} pictures have no partner of the same name ({named})" if strays else ""
