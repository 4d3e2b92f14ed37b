"""Folders and zips of pictures as people have them, for tests."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganprune.data import load
from ganprune.errors import UserError

RNG = np.random.default_rng(0)


def write(path: Path, count: int = 1, suffix: str = "png", side: int = 8) -> None:
    path.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.fromarray(RNG.integers(0, 256, (side, side, 3), np.uint8)).save(path / f"{number}.{suffix}")


def loaded(path: Path, side: int = 8):
    return load(str(path), path.parent, side)


def zipped(folder: Path, root: Path) -> Path:
    return Path(shutil.make_archive(str(folder) + "-packed", "zip", root, folder.relative_to(root)))


def refused(path: Path, match: str) -> None:
    with pytest.raises(UserError, match=match) as error:
        loaded(path)
    assert "\n" not in str(error.value)
