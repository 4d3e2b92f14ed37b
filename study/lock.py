"""One driver a study: a lock that the system gives back however its holder ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from ganprune.errors import UserError
from study.paths import StudyPaths


@contextmanager
def only_driver(paths: StudyPaths) -> Iterator[None]:
    paths.root.mkdir(parents=True, exist_ok=True)
    with paths.lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise UserError(
                f"NAME={paths.root.name}: {holder} is working on this study; wait for it or give another NAME"
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {os.uname().nodename}")
        file.flush()
        yield
