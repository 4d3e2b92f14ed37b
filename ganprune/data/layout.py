"""What folders say by their names: splits, kinds, or nothing."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath

SPLITS = ("", "train", "val", "test")  # "" is none; in the order in which a source holds them
SPELLINGS = {"training": "train", "valid": "val", "validation": "val", "testing": "test"}


def split_of(folder: str) -> str:
    """In SPLITS, however it is spelled."""
    name = folder.lower()
    return SPELLINGS.get(name, name if name in SPLITS else "")


def splits_of(folders: Iterable[str]) -> dict[str, str]:
    """Of folders side by side; in another spelling they are none beside others: valid and invalid are classes."""
    found = {folder: split_of(folder) for folder in folders}
    return {folder: split if all(found.values()) or folder.lower() in SPLITS else "" for folder, split in found.items()}


def kind_and_split_of(folder: str) -> tuple[str, str]:
    """Of which kind, "A" or "B", and split its pictures are; empty where it does not say."""
    found = re.fullmatch(r"([a-z]*?)_?([ab])?", folder.lower())
    kind, split = ((found[2] or "").upper(), found[1]) if found else ("", "")
    return (kind, split_of(split)) if not split or split_of(split) else ("", "")


def paths_inside(names: Sequence[str], says: Callable[[str], tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The parts of names without the folders around everything, as zips often have them.

    The first of these that `says` something is kept, unless all folders inside say as much themselves. Accents are
    written as one letter: Macs write them apart.
    """
    paths = [PurePosixPath(unicodedata.normalize("NFC", name)).parts for name in names]
    shared = PurePosixPath(os.path.commonpath(PurePosixPath(*path[:-1]) for path in paths)).parts if paths else ()
    inside = {path[len(shared)] for path in paths if len(path) > len(shared) + 1}

    def is_own(said: str, number: int) -> bool:
        return bool(said) and not (inside and all(says(folder)[number] for folder in inside))

    kept = (any(is_own(said, number) for number, said in enumerate(says(part))) for part in shared)
    wrapping = next((at for at, keep in enumerate(kept) if keep), len(shared))
    return [path[wrapping:] for path in paths]
