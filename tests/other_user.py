"""What another user of this machine meets: a child of this process that is nobody, as only root can make one."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


def as_nobody(work: Callable[[], object]) -> str:
    """What `work` returns there, or what it raises, as text."""
    if os.geteuid():
        pytest.skip("only root can become another user")
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        try:
            said = str(work())
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        return told.read()


@contextmanager
def shared_folder() -> Iterator[Path]:
    """One that others may look into, unlike pytest's."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def unlike_the_umask(root: Path, umask: int) -> list[str]:
    """Files and folders below whose mode is not what the umask leaves."""
    found = {path: path.stat().st_mode & 0o777 for path in root.rglob("*")}
    return [f"{path}: {mode:o}" for path, mode in found.items() if mode != (0o777 if path.is_dir() else 0o666) & ~umask]
