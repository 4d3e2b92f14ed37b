"""Where pictures of two kinds are filed: trainA and trainB, or A and B with splits in or around them."""

import os
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from ganprune.data.folder import SPLITS


class Place(NamedTuple):
    """Where a picture is filed."""

    kind: str  # "A", "B", or "" of what lies in neither's folder
    split: str  # in SPLITS
    key: str  # what its partner is called too
    name: str  # as the folder or zip has it

    @property
    def folder(self) -> str:
        """As it is mostly called."""
        return f"{self.split}{self.kind}"

    @property
    def pair(self) -> tuple[str, str]:
        """What its partner has in common with it."""
        return self.split, self.key


def places_of(names: Sequence[str]) -> list[Place]:
    """In a source's order; without the folders around everything, as zips often have them."""
    parts = [PurePosixPath(name).parts for name in names]
    shared = PurePosixPath(os.path.commonpath([os.path.dirname(name) for name in names])).parts if names else ()
    wrapping = next((at for at, part in enumerate(shared) if any(_meaning(part))), len(shared))
    found = [_place(each[wrapping:], name) for each, name in zip(parts, names, strict=True)]
    return sorted(found, key=lambda place: (SPLITS.index(place.split), place.key, place.name))


def _place(parts: tuple[str, ...], name: str) -> Place:
    kind, split = "", ""
    while len(parts) > 1 and not (kind and split) and any(meaning := _meaning(parts[0])):
        kind, split, parts = kind or meaning[0], split or meaning[1], parts[1:]
    return Place(kind, split, str(PurePosixPath(*parts).with_suffix("")), name)


def _meaning(folder: str) -> tuple[str, str]:
    """Of which kind and split its pictures are; empty where it does not say."""
    found = re.fullmatch(r"(train|val|test)?_?([ab])?", folder.lower())
    return ((found[2] or "").upper(), found[1] or "") if found else ("", "")
