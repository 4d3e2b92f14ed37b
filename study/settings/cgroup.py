"""What control groups leave us of this machine: containers, batch systems and services set such limits."""

from collections.abc import Iterator
from math import inf
from pathlib import Path, PurePosixPath

SYSTEM = Path("/")


def cpus(root: Path = SYSTEM) -> float:
    """Processors' worth of time; inf where nothing is limited."""
    return min((quota / period for quota, period in _quotas(root) if quota > 0), default=inf)  # -1 is no limit


def memory(root: Path = SYSTEM) -> float:
    """Bytes; inf where nothing is limited."""
    files = [group / name for group in _groups(root, "memory") for name in ("memory.max", "memory.limit_in_bytes")]
    return min((limit for file in files for limit in _numbers(file)), default=inf)


def _quotas(root: Path) -> Iterator[list[float]]:
    """Microseconds of processors in so many of the clock, as versions 2 and 1 of control groups write them."""
    for group in _groups(root, "cpu"):
        for names in (["cpu.max"], ["cpu.cfs_quota_us", "cpu.cfs_period_us"]):
            if found := [number for name in names for number in _numbers(group / name)]:
                yield found


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """Folders of the groups that we are in, inside out: each limits those within. Version 2 has one for all."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers or controller in controllers.split(","):
            mounted = root / "sys/fs/cgroup" / (controller if controllers else "")
            inner = PurePosixPath(path.lstrip("/"))
            yield from (mounted / group for group in (inner, *inner.parents))


def _numbers(file: Path) -> list[float]:
    return [inf if word == "max" else float(word) for word in _text(file).split()]


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
