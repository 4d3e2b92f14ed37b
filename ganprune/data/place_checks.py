"""Mistakes in how pictures of two kinds are filed, each refused in one line."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ganprune.data.places import Place
from ganprune.errors import UserError


def refuse_one_kind(path: Path, a: Sequence[Place], b: Sequence[Place]) -> None:
    for kind, found, other, others in (("A", a, "B", b), ("B", b, "A", a)):
        if not found:
            raise UserError(f"{path}: no picture in train{kind} or {kind}, {len(others)} in those of {other}")


def refuse_others(path: Path, others: Sequence[Place]) -> None:
    if others:
        raise UserError(
            f"{path}: {len(others)} pictures lie in no folder of A or B ({others[0].name}, …): move them away"
        )


def refuse_held_out_alone(path: Path, a: Sequence[Place], b: Sequence[Place]) -> None:
    """Of one kind there would be nothing to train on but what the other is held out with."""
    found = Counter(place.folder for place in (*a, *b))
    for kind, other in ("AB", "BA"):
        if f"train{other}" in found and not found.keys() & {f"train{kind}", kind}:
            raise UserError(f"{path}: {_missing(f'train{kind}', found)}: add them, or take the splits away")


def split_of_one_kind(a: Sequence[Place], b: Sequence[Place]) -> tuple[str, ...]:
    """What to say where one kind is held out and the other is not."""
    found = Counter(place.folder for place in (*a, *b))
    held_out = [split for split in ("val", "test") if found.keys() & {f"{split}A", f"{split}B"}]
    folders = [f"{split}{kind}" for kind in "AB" for split in held_out]
    return tuple(_missing(folder, found) for folder in folders if folder not in found)


def _missing(folder: str, found: Counter[str]) -> str:
    return f"no pictures in {folder}; found {', '.join(f'{name} ({count})' for name, count in sorted(found.items()))}"


def refuse_two_of_a_name(path: Path, places: Sequence[Place]) -> None:
    """Either could be the partner of the other kind's."""
    first: dict[tuple[str, str], Place] = {}
    for place in places:
        if (twin := first.setdefault(place.pair, place)) is not place:
            raise UserError(f"{path}: {twin.name} and {place.name} would have one partner: rename or move one of them")
