"""A short folder of our own for Ray's sockets: the system allows 107 bytes for the path of one, Ray takes 66 itself."""

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping

from ganprune.errors import UserError
from study.workers.signals import TEMPORARY

LONGEST = 36  # bytes of its path
ROOM = 100e6  # bytes for Ray's logs
USUAL = ("/tmp", "/var/tmp", "/dev/shm")


def ray_folder(environment: Mapping[str, str] = os.environ) -> str:
    """It is gone when this process ends. UserError where no place is fit for one."""
    places = [environment.get(name) for name in ("RAY_TMPDIR", "TMPDIR")]
    folder = _first_fit(dict.fromkeys(filter(None, [*places, *USUAL])))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    TEMPORARY.append(folder)
    return folder


def _first_fit(places: Iterable[str]) -> str:
    wrong = {}
    for place in places:
        try:
            return _made_in(place)
        except (OSError, ValueError) as error:
            wrong[place] = getattr(error, "strerror", None) or str(error)
    told = ", ".join(f"{place}: {reason}" for place, reason in wrong.items())
    raise UserError(f"TMPDIR: Ray needs a folder for its sockets ({told}); give TMPDIR=/some/short/folder")


def _made_in(place: str) -> str:
    path = os.path.join(os.path.abspath(place), "gp-12345678")
    if not re.fullmatch(r"[!-~]+", path):
        raise ValueError("it has letters other than ASCII, or spaces")
    if len(path) > LONGEST:
        raise ValueError("it is too long")
    if shutil.disk_usage(place).free < ROOM:
        raise ValueError("less than 100 MB are free")
    return tempfile.mkdtemp(prefix="gp-", dir=place)
