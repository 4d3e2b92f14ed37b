"""The shelf of data sets: real pictures, three disjoint stratified sets of them, at the model's size.

A data set is a function of the folder where data is kept that finds its pictures (`Source`) and decodes none. Its
labels number its classes; its splits, if it has any, are called train, val and test, and train comes first.
A new one is a file beside these and a line in DATASETS; another in FILES, and it is decoded once only. Whatever is the
path of a folder or zip needs neither.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from math import inf
from pathlib import Path

from ganprune.data import cifar10, digits, domains, fashion_mnist, folder
from ganprune.data.files import is_there, states_of
from ganprune.data.gather import gather
from ganprune.data.images import Images
from ganprune.data.kept import keep, stamp_of
from ganprune.data.source import Source
from ganprune.data.tasks import beside
from ganprune.errors import UserError, instead

Loader = Callable[[Path], Source]

DATASETS: dict[str, Loader] = {
    "cifar10": cifar10.load,
    "fashion-mnist": fashion_mnist.load,
    "digits": digits.load,
}


FILES: dict[str, Callable[[Path], Iterable[Path]]] = {  # that a data set is read from
    "cifar10": cifar10.files,
    "fashion-mnist": fashion_mnist.files,
    "digits": digits.files,
}


def load(
    dataset: str,
    data_dir: Path,
    side: int,
    channels: int | None = None,
    seed: int = 0,
    store: Path | None = None,
    memory: float = inf,
    kinds: bool = False,
    drop_strays: bool = False,
) -> Images:
    """A named data set or the pictures under a path, `side` pixels a side; `seed` decides the division.

    Where there are two `kinds` of pictures, those of A are the sources of those of B; `drop_strays` leaves out what has
    no partner. With a `store` they are decoded once, and again only when the files may have changed. What needs more
    than `memory` bytes is refused before.
    """
    path, memory = pictures_at(dataset, data_dir), memory / 2 if kinds else memory
    fit = partial(gather, name=name_of(dataset), side=side, channels=channels, seed=seed, memory=memory)
    two_kinds = partial(_two_kinds, channels=channels, drop=drop_strays)
    decode = partial(two_kinds if kinds else partial(_one_kind, data_dir=data_dir), dataset, path, fit)
    if not store:
        return decode()
    of_kinds = ("kinds", "maps unmixed", drop_strays) if kinds else ()
    made_of = (os.path.abspath(path or data_dir), dataset, side, channels, seed, *of_kinds)
    made = hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]
    return keep(decode, partial(_stamp, dataset, data_dir, path), store / "pictures" / f"{made}.safetensors")


def _one_kind(dataset: str, path: Path | None, fit: Callable[..., Images], data_dir: Path) -> Images:
    return fit(folder.load(path)) if path else fit(DATASETS[dataset](data_dir), published=dataset)


def _two_kinds(dataset: str, path: Path | None, fit: Callable[..., Images], channels: int | None, drop: bool) -> Images:
    if not path:
        raise UserError(
            f"DATASET={dataset}: its pictures are of one kind; give a TASK, as super4, to make another of it"
        )
    a, b, pairs = domains.load(path, drop)
    if pairs:
        return replace(fit(replace(b, beside=a)), pairs=True)
    return beside(*(fit(each, channels=channels or 3) for each in (b, a)))


def _stamp(dataset: str, data_dir: Path, path: Path | None) -> str:
    """Empty where nothing can be said: the files are still to be fetched, or one cannot be looked at."""
    try:
        if path:
            return stamp_of(states_of(path))
        files = list(FILES[dataset](data_dir)) if dataset in FILES else []
        return stamp_of((file.name, file.stat()) for file in files) if files else ""
    except OSError:
        return ""


def name_of(dataset: str) -> str:
    """What a study of it is called by default: its own name, or the last part of its path, without suffix and spelled
    as a name may be.
    """
    if dataset in DATASETS:
        return dataset
    last = unicodedata.normalize("NFKD", Path(os.path.abspath(os.path.expanduser(dataset))).stem)
    letters = last.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", letters).strip("-._")[:100] or "pictures"


def pictures_at(dataset: str, data_dir: Path) -> Path | None:
    """The folder or zip to read: the one that is named or, of a named data set, one of its name in `data_dir`.

    UserError where a path is named that is not there.
    """
    if dataset in DATASETS:
        own = (data_dir / dataset, data_dir / f"{dataset}.zip")
        return next((path for path in own if is_there(path)), None)
    path = Path(os.path.expanduser(dataset))
    if not dataset or not is_there(path):
        raise UserError(
            f"DATASET={dataset}: no such data set, folder or zip; {instead(Path(dataset).name, DATASETS)}, or give the"
            " path of a folder or zip of pictures"
        )
    return path
