"""A folder or a zip of pictures. The class is the last folder; top-level train, val and test are splits."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from PIL import Image

from ganprune.data.files import files_of
from ganprune.data.layout import SPLITS, kind_and_split_of, paths_inside, split_of, splits_of
from ganprune.data.source import UNKNOWN, Source
from ganprune.errors import UserError

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp"),
    *(".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm"),
)
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")  # told by content; none calls other programs
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
UNSORTED = "unsorted"  # the class of pictures that lie beside class folders
FEWEST_OF_CLASS = 3  # pictures to learn a class from: one for each set
KINDS_NAMED = 6  # of files that are no pictures


class Place(NamedTuple):
    """Where a picture is filed. Sorting places puts training first, then goes by name."""

    split: int  # in SPLITS
    name: str  # relative path as the archive has it
    kind: str  # its last folder, "" without one


def load(path: Path) -> Source:
    """The pictures under `path`, which is a folder or a zip."""
    names, read = files_of(path)
    pictures = [name for name in names if name.lower().endswith(SUFFIXES)]
    others = others_than_pictures(names)
    if not pictures:
        raise UserError(_nothing_in(path, others))
    places = sorted(_places(pictures))
    _refuse_strays(path, places)
    _refuse_two_kinds(path, places)
    classes, labels = _sorted_into(places)
    told = _shows_too_little(places) if len(classes) > 1 else ""
    classes = () if told or len(classes) < 2 else classes
    return Source(
        labels=np.array(labels if classes else [0] * len(places), np.int64),
        origins=np.array([SPLITS[place.split] for place in places]),
        classes=classes,
        names=[place.name for place in places],
        open=lambda index: Image.open(io.BytesIO(read(places[index].name)), formats=FORMATS),
        remarks=tuple(filter(None, (told, left_out(others) if others else ""))),
    )


def _places(names: Sequence[str]) -> Iterable[Place]:
    """A folder around everything, as zips often have, is neither a class nor in the way of splits."""
    folders = [path[:-1] for path in paths_inside(names, lambda folder: (split_of(folder),))]
    beside = _subfolders(folders)
    splits = splits_of(beside[()])
    for name, path in zip(names, folders, strict=True):
        split = SPLITS.index(splits[path[0]]) if path else 0
        passed = bool(path) and path[-1].lower() == "images" and len(beside[path[:-1]]) == 1
        below = path[1 if split else 0 : -1 if passed else None]
        yield Place(split, name, below[-1] if below else "")


def _subfolders(folders: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], set[str]]:
    """The subfolders of every folder that lead to pictures."""
    below = defaultdict(set)
    for path in set(folders):
        for depth, name in enumerate(path):
            below[path[:depth]].add(name)
    return below


def _sorted_into(places: list[Place]) -> tuple[tuple[str, ...], list[int]]:
    """The classes, and the label of every place. Held-out pictures without a class make none of their own."""
    taught = {place.kind for place in places if place.split == places[0].split}
    kinds = {place.kind for place in places}
    spare = kinds != {""} and "" not in taught
    names = {kind: kind or UNSORTED for kind in kinds if kind or not spare}
    classes = sorted(set(names.values()))
    number = {kind: classes.index(name) for kind, name in names.items()}
    return tuple(classes), [number.get(place.kind, UNKNOWN) for place in places]


def _shows_too_little(places: list[Place]) -> str:
    """Why the folders that are trained on can't teach their classes; empty where they can."""
    first = places[0].split
    shown = Counter(place.kind for place in places if place.split == first).values()
    if len(shown) < 2:
        return f"{SPLITS[first]} shows one class only: pictures are taken as of no class"
    few = sum(count < FEWEST_OF_CLASS for count in shown)
    if 2 * few <= len(shown):
        return ""
    return f"{few} of {len(shown)} folders hold fewer than {FEWEST_OF_CLASS} pictures: all are taken as of no class"


def _refuse_strays(path: Path, places: list[Place]) -> None:
    """Beside a split, a picture outside of all would fall into an arbitrary one."""
    splits = [SPLITS[split] for split in sorted({place.split for place in places})]
    if "" in splits and len(splits) > 1:
        raise UserError(
            f"{path} has the split {splits[1]!r} and pictures outside of any ({places[0].name}):"
            " move them into train/, val/ or test/, or rename the folder if it is a class"
        )


def _refuse_two_kinds(path: Path, places: list[Place]) -> None:
    """Folders of what is to be translated, and into what."""
    folders = sorted({place.kind for place in places})
    said = [kind_and_split_of(folder) for folder in folders]
    if all(map(all, said)) and len({kind for kind, _ in said}) == 2:
        raise UserError(
            f"{path}: {', '.join(folders)} are two kinds of pictures: give MODEL=cyclegan or MODEL=pix2pix, and no"
            " TASK, or the path of one of these folders"
        )


def others_than_pictures(names: Iterable[str]) -> Counter:
    """By suffix, how many."""
    return Counter(PurePosixPath(name).suffix.lower() for name in names if not name.lower().endswith(SUFFIXES))


def left_out(others: Counter) -> str:
    most = sorted(others.items(), key=lambda kind: (-kind[1], kind[0] or "~"))[:KINDS_NAMED]
    named = [f"{count} {suffix or 'without suffix'}" for suffix, count in most]
    more = ["…"] if len(others) > KINDS_NAMED else []
    return f"{', '.join(named + more)} {'was' if others.total() == 1 else 'were'} not read"


def _nothing_in(path: Path, others: Counter) -> str:
    put = f"put files ending in {', '.join(SUFFIXES)} there"
    if others.keys() & set(ARCHIVES):
        put = "unpack what is packed in it (a zip in a folder may be the DATASET itself)"
    return f"{path} holds no pictures{f'; {left_out(others)}' if others else ''}: {put}"
