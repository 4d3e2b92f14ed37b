"""One driver a study: a lock that the system gives back however its holder ends."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from ganprune.errors import UserError
from study.records.paths import StudyPaths


@contextmanager
def only_driver(paths: StudyPaths, tell: Callable[[str], None]) -> Iterator[None]:
    """UserError where another works on the study; where the file system knows no locks, that is told, and on.

    A study that never began leaves no folder.
    """
    with _held(paths, tell) as file:
        file.truncate(0)
        file.write(f"process {os.getpid()} on {os.uname().nodename}")
        file.flush()
        try:
            yield
        finally:
            _leave_nothing_empty(paths)


def _held(paths: StudyPaths, tell: Callable[[str], None]) -> TextIO:
    """The file that is locked; once more where whoever held it before has taken it away."""
    paths.root.mkdir(parents=True, exist_ok=True)
    file = paths.lock.open("a+")
    _hold(file, paths.root, tell)
    with suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(file.fileno()), paths.lock.stat()):
            return file
    file.close()
    return _held(paths, tell)


def _hold(file: TextIO, root: Path, tell: Callable[[str], None]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "another process"
        raise UserError(
            f"NAME={root.name}: {holder} is working on this study; wait for it or give another NAME"
        ) from None
    except OSError as error:
        tell(f"{root}: no locks on this file system ({error.strerror}); let no second command work on NAME={root.name}")


def _leave_nothing_empty(paths: StudyPaths) -> None:
    """Only what a driver makes at once, and only while nothing is recorded: the folder may be somebody's."""
    if paths.records.exists() and paths.records.stat().st_size:
        return
    for file in (paths.records, paths.log, paths.lock):
        file.unlink(missing_ok=True)
    with suppress(OSError):
        for folder in (paths.records.parent, paths.root):
            if folder.exists():
                folder.rmdir()
