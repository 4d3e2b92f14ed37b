"""A folder of results, replaced as one: whoever looks finds the old one or the new, never half of it."""

import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from ganprune.errors import cannot_write


def replace_folder(folder: Path, files: dict[str, bytes]) -> Path:
    """Write the files into a new folder, then put it in place of `folder`."""
    token = secrets.token_hex(4)  # in containers a process that was killed and the next one may have one number
    fresh, old = (folder.with_name(f".{folder.name}.{token}.{kind}") for kind in ("new", "old"))
    try:
        fresh.mkdir(parents=True)
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except OSError as error:
        if not folder.exists():
            with suppress(OSError):
                old.rename(folder)
        raise cannot_write(folder, error) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return folder
