"""What this machine is, as far as we may use it: cores, memory, GPUs; and versions."""

import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from study.settings import cgroup
from study.settings.gpus import served_gpus

OURS = A_WORKER = 1e9  # bytes of memory: of the driver with Ray, of a trial at CPU size; with room to spare
REPORTED = ("torch", "torchvision", "ray", "optuna", "mlflow", "numpy", "sewar")


@dataclass(frozen=True)
class Machine:
    cpu: str
    cores: int
    gpus: tuple[str, ...]
    memory: int | None = None  # bytes; None of a cluster

    @property
    def workers(self) -> int:
        """Trials at once: a core each if memory allows, or a GPU each before it is measured what one takes."""
        if self.gpus or self.memory is None:
            return len(self.gpus) or self.cores
        return max(1, min(self.cores, int((self.memory - OURS) / A_WORKER)))

    def record(self) -> dict:
        return asdict(self) | {"gpus": list(self.gpus)}


def this_machine() -> Machine:
    gpus = tuple(map(torch.cuda.get_device_name, served_gpus()))
    cores = min(len(os.sched_getaffinity(0)), cgroup.cpus())
    memory = min(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), cgroup.memory())
    return Machine(cpu_name(), max(1, int(cores)), gpus, int(memory))


def versions() -> dict[str, str]:
    """Of what is installed."""
    there = {name: _version(name) for name in REPORTED}
    return {"python": platform.python_version(), **{name: found for name, found in there.items() if found}}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def cpu_name() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
