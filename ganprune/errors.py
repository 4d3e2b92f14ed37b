"""What a user did wrong, said in one line: what, where, what to do."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

SHOWN = 30  # names at most, where none is near


class UserError(Exception):
    """Shown to the user as one line, without a traceback; the command then ends with status 2."""


def instead(wrong: str, known: Iterable[str]) -> str:
    """What to take for a wrong name: the known one that is near to it, or any."""
    names, wrong = {name.casefold(): name for name in known}, wrong.casefold()
    if near := get_close_matches(wrong, names):
        swapped = [name for name in near if sorted(name) == sorted(wrong)]  # fdc is fcd before it is fid
        return f"take {names[[*swapped, *near][0]]}"
    return f"there are: {', '.join(list(names.values())[:SHOWN])}{', …' if len(names) > SHOWN else ''}"


def cannot_write(place: Path, error: OSError) -> UserError:
    return UserError(f"cannot write {place}: {error.strerror}; free space, or make it writable for you")


def may_not_read(place: Path) -> UserError:
    return UserError(f"{place} is there, but you may not read it; its owner can let you: chmod -R a+rX {place.parent}")
