"""A download that fails does so soon, and says in one line what to put where instead."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from ganprune.errors import UserError

TIMEOUT_S = 15.0  # of silence


@contextmanager
def downloading(name: str, data_dir: Path, files: str) -> Iterator[None]:
    """Around torchvision's downloader, which has no timeout of its own. `files` are what it would have fetched."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_S)
    try:
        yield
    except (OSError, RuntimeError, HTTPException) as error:
        raise UserError(
            f"{name} is not in {data_dir} and cannot be downloaded ({' '.join(str(error).split())}): put {files}"
            f" there, or its pictures as {name}.zip or as folder {name}/, in train/<class>/ and test/<class>/"
        ) from error
    finally:
        socket.setdefaulttimeout(before)
