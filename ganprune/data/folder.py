"""A folder or a zip of pictures. The class is the last folder; top-level train, val and test are splits."""

import io
import os
import zipfile
from collections.abc import Callable, Iterable
from itertools import takewhile
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import NamedTuple

import numpy as np
from PIL import Image

from ganprune.data.source import Source
from ganprune.errors import UserError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm")
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")  # told by content; none calls other programs
SPLITS = ("", "train", "val", "test")  # "" is none; in the order in which a source holds them
LARGEST_FILE = 2**28  # bytes: a file of a zip may unpack to any size

Read = Callable[[str], bytes]


class Place(NamedTuple):
    """Where a picture is filed. Sorting places puts training first, then goes by name."""

    split: int  # in SPLITS
    name: str  # relative path as the archive has it
    kind: str  # its last folder


def load(path: Path) -> Source:
    """The pictures under `path`, alike whether it is a folder or a zip of that folder. A zip is not unpacked."""
    found, read = _zip(path) if path.is_file() else _folder(path)
    names = [name for name in found if _is_picture(name)]
    if not names:
        raise UserError(f"{path} holds no pictures: put files ending in {', '.join(SUFFIXES)} there")
    places = sorted(_places(names))
    _refuse_strays(path, places)
    classes, labels = np.unique([place.kind for place in places], return_inverse=True)
    return Source(
        labels=labels.astype(np.int64),
        origins=np.array([SPLITS[place.split] for place in places]),
        classes=tuple(classes.tolist()) if len(classes) > 1 else (),
        names=[place.name for place in places],
        open=lambda index: Image.open(io.BytesIO(read(places[index].name)), formats=FORMATS),
    )


def _folder(path: Path) -> tuple[list[str], Read]:
    def refuse(error: OSError):
        raise UserError(f"{error.filename} cannot be read ({error.strerror}): check that you may read it")

    walk = os.walk(path, onerror=refuse)
    names = [Path(root, file).relative_to(path).as_posix() for root, _, files in walk for file in files]

    def read(name: str) -> bytes:
        return _checked(path / name, (path / name).stat().st_size).read_bytes()

    return names, read


def _zip(path: Path) -> tuple[list[str], Read]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise UserError(f"{path} is no folder and no readable zip ({error}): pack or copy it again") from error
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise UserError(f"{path} is encrypted: pack it again without a password")
    lock = Lock()  # ZipFile counts its open entries without one

    def read(name: str) -> bytes:
        with lock:
            return archive.read(_checked(name, archive.getinfo(name).file_size))

    return archive.namelist(), read


def _checked(file, n_bytes: int):
    if n_bytes > LARGEST_FILE:
        raise ValueError(f"{file} is larger than any picture")
    return file


def _is_picture(name: str) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)
    return name.lower().endswith(SUFFIXES) and not hidden


def _places(names: Iterable[str]) -> Iterable[Place]:
    """A folder around everything, as zips often have, is neither a class nor in the way of splits."""
    shared = os.path.commonpath([os.path.dirname(name) for name in names])
    wrapping = len(list(takewhile(lambda part: part.lower() not in SPLITS, PurePosixPath(shared).parts)))
    for name in names:
        folders = PurePosixPath(name).parts[wrapping:-1]
        split = SPLITS.index(folders[0].lower()) if folders and folders[0].lower() in SPLITS else 0
        below = folders[1:] if split else folders
        yield Place(split, name, below[-1] if below else "unsorted")


def _refuse_strays(path: Path, places: list[Place]) -> None:
    """Beside a split, a picture outside of all would fall into an arbitrary one."""
    splits = [SPLITS[split] for split in sorted({place.split for place in places})]
    if "" in splits and len(splits) > 1:
        raise UserError(
            f"{path} has the split {splits[1]!r} and pictures outside of any ({places[0].name}):"
            " move them into train/ or test/, or rename the folder if it is a class"
        )
