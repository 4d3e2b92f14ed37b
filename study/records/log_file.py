"""`log.txt`: what the screen does not show. Whatever any library prints goes there, not over our table."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from typing import TextIO


@contextmanager
def noise_to(log: Path) -> Iterator[TextIO]:
    """Send both output streams, those of C++ libraries too, to the log; yields the screen as it was."""
    sys.stdout.flush()
    sys.stderr.flush()
    screen, errors = os.dup(1), os.dup(2)
    with log.open("ab", buffering=0) as file, _screen() as shown:
        file.write(f"--- {time.strftime('%Y-%m-%d %H:%M:%S')} {' '.join(sys.argv)}\n".encode())
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield shown
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(screen, 1)
            os.dup2(errors, 2)
            os.close(screen)
            os.close(errors)


class _Seen(FileIO):
    """What nobody looks at any more is dropped: the terminal was closed, or Ctrl-C ended `| tee` as well."""

    def write(self, data) -> int | None:
        try:
            return super().write(data)
        except OSError:
            return len(data)


def _screen() -> TextIO:
    return TextIOWrapper(BufferedWriter(_Seen(os.dup(1), "w")), encoding="utf-8", errors="replace")


def note(text: str) -> None:
    """A line for log.txt alone: while a study runs, that is where stderr leads. A full disk stops nothing here."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)
