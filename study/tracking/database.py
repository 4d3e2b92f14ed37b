"""MLflow's database on this machine: made whole or not at all.

MLflow makes one step by step, in seconds: killed meanwhile, or two at once, it leaves one that nobody can open.
"""

import fcntl
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

IN_MEMORY = ":memory:"


def database_of(uri: str) -> Path | None:
    """None for a server, and for what is no file."""
    name = uri.removeprefix("sqlite:///").partition("?")[0]
    return Path(name) if uri.startswith("sqlite:///") and name != IN_MEMORY else None


def ensure(database: Path, make: Callable[[Path], object]) -> None:
    """Have it made where there is none, under another name and by one process at a time; OSError where it can't be."""
    if database.exists():
        return
    lock = database.with_name(f".{database.name}.lock")
    with lock.open("a") as held:
        with suppress(OSError):  # no locks on this file system
            fcntl.flock(held, fcntl.LOCK_EX)
        if not database.exists():
            for left in database.parent.glob(f".{database.name}.*.new*"):
                left.unlink()
            token = secrets.token_hex(4)  # MLflow keeps open what it once opened by a name
            fresh = database.with_name(f".{database.name}.{token}.new")
            make(fresh)
            fresh.rename(database)
        lock.unlink(missing_ok=True)
