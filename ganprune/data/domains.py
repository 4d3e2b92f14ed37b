"""Pictures of two kinds as users have them: side by side in one file, in two folders of equal names, or unpaired.

Side by side A is left. Two folders are trainA and trainB, with testA, testB or valA, valB; or A and B, with splits in
or around them. Names tell pairs, never the order of files: one that is missing on each side would shift all others.
"""

import io
import os
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from PIL import Image

from ganprune.data.files import files_of
from ganprune.data.folder import FORMATS, SPLITS, SUFFIXES
from ganprune.data.source import SIZED, Source
from ganprune.errors import UserError

EQUAL = 0.9  # share of equal names from which two folders are taken for pairs
NAMED = 5  # pictures without a partner, on screen
FEW = 200  # pictures of a kind below which whatever is learned is indicative
SQUARE = 1.2  # times as wide as high, below which no two pictures lie side by side


class Place(NamedTuple):
    """Where a picture is filed."""

    kind: str  # "A", "B", or "" of what lies in neither's folder
    split: str  # in SPLITS
    key: str  # what its partner is called too
    name: str  # as the folder or zip has it


class Domains(NamedTuple):
    a: Source
    b: Source  # of pairs in the order of `a`
    pairs: bool


def load(path: Path) -> Domains:
    """What lies under a folder or in a zip."""
    names, read = files_of(path)
    pictures = [name for name in names if name.lower().endswith(SUFFIXES)]
    places = sorted(_places(pictures), key=lambda place: (SPLITS.index(place.split), place.key, place.name))
    kinds = defaultdict(list)
    for place in places:
        kinds[place.kind].append(place)

    def opened(name: str) -> Image.Image:
        return Image.open(io.BytesIO(read(name)), formats=FORMATS)

    if not kinds["A"] and not kinds["B"]:
        return _side_by_side(path, kinds[""], opened)
    for kind, other in ("AB", "BA"):
        if not kinds[kind]:
            raise UserError(f"{path}: no picture in train{kind} or {kind}, {len(kinds[other])} in those of {other}")
    if kinds[""]:
        raise UserError(
            f"{path}: {len(kinds[''])} pictures lie in no folder of A or B ({kinds[''][0].name}, …): move them away"
        )
    return _two_folders(path, kinds["A"], kinds["B"], opened)


def _places(names: Sequence[str]) -> list[Place]:
    """Without the folders around everything, as zips often have them."""
    parts = [PurePosixPath(name).parts for name in names]
    shared = PurePosixPath(os.path.commonpath([os.path.dirname(name) for name in names])).parts if names else ()
    wrapping = next((at for at, part in enumerate(shared) if any(_meaning(part))), len(shared))
    return [_place(each[wrapping:], name) for each, name in zip(parts, names, strict=True)]


def _place(parts: tuple[str, ...], name: str) -> Place:
    kind, split = "", ""
    while len(parts) > 1 and not (kind and split) and any(meaning := _meaning(parts[0])):
        kind, split, parts = kind or meaning[0], split or meaning[1], parts[1:]
    return Place(kind, split, str(PurePosixPath(*parts).with_suffix("")), name)


def _meaning(folder: str) -> tuple[str, str]:
    """Of which kind and split its pictures are; empty where it does not say."""
    found = re.fullmatch(r"(train|val|test)?_?([ab])?", folder.lower())
    return ((found[2] or "").upper(), found[1] or "") if found else ("", "")


def _side_by_side(path: Path, places: list[Place], opened: Callable[[str], Image.Image]) -> Domains:
    sizes = [opened(place.name).size for place in places[:: max(1, len(places) // SIZED)]]
    single = [size for size in sizes if size[0] < SQUARE * size[1]]
    if not places or 2 * len(single) > len(sizes):
        found = f"found {len(places)} pictures that are no pairs side by side" if places else "found no pictures"
        raise UserError(
            f"{path}: no pictures in trainA and trainB; {found}: give folders trainA and trainB, or A and B, or files"
            " of pairs twice as wide as high, A left; or TASK, to derive pairs of any pictures"
        )
    other = sum(width != 2 * height for width, height in sizes)
    odd = f"{other} of {len(sizes)} pictures are not twice as wide as high: is each a pair?"

    def half(right: bool) -> Callable[[int], Image.Image]:
        def open_half(index: int) -> Image.Image:
            picture = opened(places[index].name)
            width, height = picture.size
            if width % 2:
                raise ValueError(f"{width} pixels wide, so that its halves are unequal: cut one column off")
            return picture.crop((width // 2, 0, width, height) if right else (0, 0, width // 2, height))

        return open_half

    told = ("pairs lie side by side in one file: A = left, B = right", *([odd] if other else []), *_few(len(places)))
    return Domains(_source(places, half(right=False)), _source(places, half(right=True), told), pairs=True)


def _two_folders(path: Path, a: list[Place], b: list[Place], opened: Callable[[str], Image.Image]) -> Domains:
    partner = {(place.split, place.key): place for place in a}
    known = {(place.split, place.key) for place in b}
    both = partner.keys() & known
    if len(both) < EQUAL * min(len(a), len(b)):
        sizes = [_range(places, opened) for places in (a, b)]
        told = f"A and B are no pairs: {len(a)} pictures of {sizes[0]} and {len(b)} of {sizes[1]}; central squares"
        source_a = _source(a, lambda index: opened(a[index].name))
        source_b = _source(b, lambda index: opened(b[index].name), (told, *_few(min(len(a), len(b)))))
        return Domains(source_a, source_b, pairs=False)
    _refuse_strays(path, [place for place in (*a, *b) if (place.split, place.key) not in both])
    of_a = [partner[place.split, place.key] for place in b]

    def open_a(index: int) -> Image.Image:
        picture, other = opened(of_a[index].name), opened(b[index].name)
        if picture.size != other.size:
            raise ValueError("{}x{} pixels, and its partner {}x{}".format(*picture.size, *other.size))
        return picture

    told = ("A and B have equal names, so they are taken for pairs; rename those of one side if they are none",)
    return Domains(
        _source(of_a, open_a), _source(b, lambda index: opened(b[index].name), told + _few(len(b))), pairs=True
    )


def _source(places: list[Place], opened: Callable[[int], Image.Image], told: tuple[str, ...] = ()) -> Source:
    return Source(
        labels=np.zeros(len(places), np.int64),
        origins=np.array([place.split for place in places]),
        classes=(),
        names=[place.name for place in places],
        open=opened,
        remarks=told,
    )


def _range(places: list[Place], opened: Callable[[str], Image.Image]) -> str:
    """Of some pictures' sizes."""
    sizes = sorted(opened(place.name).size for place in places[:: max(1, len(places) // SIZED)])
    first, last = ("{}x{}".format(*size) for size in (sizes[0], sizes[-1]))
    return first if first == last else f"{first} to {last}"


def _refuse_strays(path: Path, strays: list[Place]) -> None:
    if strays:
        named = ", ".join(place.name for place in strays[:NAMED]) + ", …" * (len(strays) > NAMED)
        raise UserError(
            f"{path}: {len(strays)} pictures have no partner of the same name ({named}): add theirs, or move them away"
        )


def _few(pictures: int) -> tuple[str, ...]:
    return (f"only {pictures} pictures of a kind: whatever is learned is indicative",) if pictures < FEW else ()
