"""Decoded pictures kept in the store, so that the next study of the same files waits for no decoder.

They are found by where their files are, and taken only while these are as they were: a `stamp` has every file's name,
size, and times of its last change. One of these times is the system's own and cannot be set back, so whatever happens
to a file is noticed; at worst nothing did, and it is decoded once more.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import PIL
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from ganprune.data.images import SETS, Images, Pictures
from ganprune.store import write_whole

VERSION = 2  # raise it whenever the same files would give other pictures
STAMP, ABOUT = "stamp", "about"
PARTS = ("pixels", "labels", "source")
SHARE = 0.1  # of the free disk: more is not taken for what can be made again


def stamp_of(files: Iterable[tuple[str, os.stat_result]]) -> str:
    """Of files by their names; it changes whenever one of them may have."""
    digest = hashlib.sha256(f"{VERSION} {PIL.__version__}".encode())
    for name, about in sorted(files, key=lambda file: file[0]):
        digest.update(f"\n{name} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}".encode())
    return digest.hexdigest()


def keep(decode: Callable[[], Images], stamp: Callable[[], str], file: Path) -> Images:
    """What `decode` gives, from `file` if it was made when the stamp was the same; without a stamp it is made anew."""
    now = stamp()
    if now and (images := _read(file, now)):
        return images
    images = decode()
    if now and now == stamp():  # else they changed meanwhile
        with suppress(OSError):  # a full disk, another user's store: it costs the time once more
            _write(file, images, now)
    return images


def _read(file: Path, stamp: str) -> Images | None:
    try:
        with safe_open(file, framework="numpy") as kept:
            told = kept.metadata()
            if told[STAMP] != stamp:
                return None
            there = {tuple(name.split(".")): kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118 - no dict
            sets = {name: Pictures(*(there[name, part] for part in PARTS if (name, part) in there)) for name in SETS}
    except (OSError, SafetensorError, KeyError, TypeError):
        return None
    about = json.loads(told[ABOUT]).items()
    return Images(**sets, **{name: tuple(value) if isinstance(value, list) else value for name, value in about})


def _write(file: Path, images: Images, stamp: str) -> None:
    sets = {name: getattr(images, name) for name in SETS}
    arrays = {f"{name}.{part}": getattr(each, part) for name, each in sets.items() for part in PARTS}
    arrays = {name: array for name, array in arrays.items() if array is not None}
    file.parent.mkdir(parents=True, exist_ok=True)
    if sum(array.nbytes for array in arrays.values()) < SHARE * shutil.disk_usage(file.parent).free:
        about = {name: value for name, value in vars(images).items() if name not in SETS}
        write_whole(file, save(arrays, {STAMP: stamp, ABOUT: json.dumps(about)}))
