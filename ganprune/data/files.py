"""The files of a folder or a zip, without what computers leave there for themselves, and how each is read."""

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from threading import Lock
from typing import NamedTuple

from ganprune.errors import UserError, may_not_read

LARGEST_FILE = 2**28  # bytes: a file of a zip may unpack to any size
# Of Macs, NAS and Windows, in lower case; whatever begins with a dot goes too.
LITTER = {
    *("__macosx", "@eadir", "@recycle", "@recently-snapshot", "#recycle", "#snapshot", "lost+found"),
    *("$recycle.bin", "system volume information", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"),
}
METHODS = {9: "Deflate64", 93: "Zstandard", 95: "XZ", 97: "WavPack", 98: "PPMd"}  # of zips, which Python lacks


class Files(NamedTuple):
    names: list[str]  # relative, with slashes; bytes that are no UTF-8 are written out
    read: Callable[[str], bytes]  # in any process; raises whatever tells why not


def is_there(path: Path) -> bool:
    """UserError where this user can't know."""
    try:
        path.stat()
    except PermissionError:
        raise UserError(
            f"{path} cannot be looked for: you may not enter a folder on the way there; its owner can let you:"
            " chmod a+rx FOLDER"
        ) from None
    except (OSError, ValueError):  # nothing there, links in a circle, a name that is too long or none
        return False
    return True


def files_of(path: Path) -> Files:
    """Alike whether `path` is a folder or a zip of that folder. A zip is not unpacked."""
    return _of_zip(path) if path.is_file() else _of_folder(path)


def states_of(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    """The files whose change would change what is read, by name: those of a folder, or the zip itself."""
    if path.is_file():
        yield "", path.stat()
        return
    for file in _walk(str(path), ()):
        yield _printable(file.removeprefix(str(path))), os.stat(file)


def _of_folder(path: Path) -> Files:
    found = {_printable(file.removeprefix(str(path))): Path(file) for file in _walk(str(path), ())}

    def read(name: str) -> bytes:
        status = found[name].stat()
        if not S_ISREG(status.st_mode):
            raise ValueError("no regular file")  # a pipe would be waited for
        _refuse_huge(status.st_size)
        return found[name].read_bytes()

    return Files(list(found), read)


def _walk(folder: str, above: tuple[str, ...]) -> Iterator[str]:
    """Files under `folder`, which was entered through those in `above`. Links are followed unless they lead back up."""
    here = os.path.realpath(folder)
    if any(Path(entered).is_relative_to(here) for entered in above):
        return
    for entry in _entries(folder):
        if os.path.isdir(entry):
            yield from _walk(entry, (*above, here))
        else:
            yield entry


def _entries(folder: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in os.listdir(folder) if not _is_litter(name)]
    except OSError as error:
        raise UserError(f"{folder} cannot be read ({error.strerror}): check that you may read it") from error


def _of_zip(path: Path) -> Files:
    archive = _opened(path)
    found = {_inside(entry.filename): entry for entry in archive.infolist() if not entry.filename.endswith(("/", "\\"))}
    if any(entry.flag_bits & 1 for entry in found.values()):
        raise UserError(f"{path} is encrypted: pack it again without a password")
    lock = Lock()  # ZipFile counts its open entries without one

    def read(name: str) -> bytes:
        entry = found[name]
        _refuse_huge(entry.file_size)
        try:
            with lock:
                return archive.read(entry)
        except NotImplementedError as error:
            method = METHODS.get(entry.compress_type, f"method {entry.compress_type}")
            raise ValueError(f"compressed by {method}, which Python cannot read: pack it by Deflate") from error

    return Files([name for name in found if not any(map(_is_litter, PurePosixPath(name).parts))], read)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(_ByPosition(path))
    except PermissionError:
        raise may_not_read(path) from None
    except Exception as error:  # a damaged table of contents raises anything, from struct.error to UnicodeDecodeError
        raise UserError(
            f"{path} is no folder and no readable zip ({error}): give a folder, or pack or copy the zip again"
        ) from error


class _ByPosition(io.RawIOBase):
    """A file whose place is this object's own: processes that were forked with it would move each other's."""

    def __init__(self, path: Path):
        self._file, self._place = path.open("rb", buffering=0), 0
        self._size = os.fstat(self._file.fileno()).st_size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._place = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence])
        return self._place

    def readinto(self, buffer: memoryview) -> int:
        read = os.preadv(self._file.fileno(), [buffer], self._place)
        self._place += read
        return read


def _inside(name: str) -> str:
    """A zip's name for a file as a relative path: some begin at a root or a drive, lead out, or have backslashes."""
    parts = re.sub(r"^[A-Za-z]:(?=[\\/])", "", name).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _is_litter(name: str) -> bool:
    return name.startswith(".") or name.lower() in LITTER


def _printable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace").lstrip("/")


def _refuse_huge(n_bytes: int) -> None:
    if n_bytes > LARGEST_FILE:
        raise ValueError(f"{n_bytes / 1e6:.4g} MB, more than the {LARGEST_FILE / 1e6:.4g} MB that are read of a file")
