"""Where pictures of two kinds are filed: trainA and trainB, or A and B with splits in or around them."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from ganprune.data.layout import SPLITS, kind_and_split_of, paths_inside


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
    """In a source's order."""
    found = map(_place, paths_inside(names, kind_and_split_of), names)
    return sorted(found, key=lambda place: (SPLITS.index(place.split), place.key, place.name))


def _place(parts: tuple[str, ...], name: str) -> Place:
    kind, split = "", ""
    while len(parts) > 1 and not (kind and split) and any(meaning := kind_and_split_of(parts[0])):
        kind, split, parts = kind or meaning[0], split or meaning[1], parts[1:]
    return Place(kind, split, str(PurePosixPath(*parts).with_suffix("")), name)
