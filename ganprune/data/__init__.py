"""The shelf of data sets: real pictures, three disjoint stratified sets of them, at the model's size.

A data set is a function of the folder where data is kept that finds its pictures (`Source`) and decodes none. Its
labels number its classes; its splits, if it has any, are called train, val and test, and train comes first.
A new one is a file beside these and a line in DATASETS. Whatever is the path of a folder or zip needs neither.
"""

import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from ganprune.data import cifar10, digits, fashion_mnist, folder
from ganprune.data.images import Images
from ganprune.data.source import Source, gather
from ganprune.errors import UserError, instead

Loader = Callable[[Path], Source]

DATASETS: dict[str, Loader] = {
    "cifar10": cifar10.load,
    "fashion-mnist": fashion_mnist.load,
    "digits": digits.load,
}


def load(dataset: str, data_dir: Path, side: int, channels: int | None = None, seed: int = 0) -> Images:
    """A named data set or the pictures under a path, `side` pixels a side; `seed` decides the division."""
    path = _pictures_at(dataset, data_dir)
    if path:
        return gather(folder.load(path), name_of(dataset), side, channels, seed)
    return gather(DATASETS[dataset](data_dir), dataset, side, channels, seed, published=dataset)


def name_of(dataset: str) -> str:
    """What a study of it is called by default: its own name, or the last part of its path, without suffix and spelled
    as a name may be.
    """
    if dataset in DATASETS:
        return dataset
    last = unicodedata.normalize("NFKD", Path(os.path.abspath(Path(dataset).expanduser())).stem)
    letters = last.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", letters).strip("-._")[:100] or "pictures"


def _pictures_at(dataset: str, data_dir: Path) -> Path | None:
    """The folder or zip to read: the one that is named or, of a named data set, one of its name in `data_dir`."""
    if dataset in DATASETS:
        own = (data_dir / dataset, data_dir / f"{dataset}.zip")
        return next((path for path in own if path.exists()), None)
    path = Path(dataset).expanduser()
    if not dataset or not os.path.exists(path):  # Path.exists raises on a name that is too long
        raise UserError(
            f"DATASET={dataset}: no such data set, folder or zip; {instead(Path(dataset).name, DATASETS)}, or give the"
            " path of a folder or zip of pictures"
        )
    return path
