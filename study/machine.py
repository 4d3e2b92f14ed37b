"""What this machine is: cores that we may use, memory, GPUs, versions."""

import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import torch

REPORTED = ("torch", "torchvision", "ray", "optuna", "mlflow", "numpy", "sewar")


@dataclass(frozen=True)
class Machine:
    cpu: str
    cores: int
    gpus: tuple[str, ...]

    @property
    def workers(self) -> int:
        """Trials at once: a core each, or a GPU each before `gpu_share` has measured how many it can take."""
        return len(self.gpus) or self.cores

    def record(self) -> dict:
        return asdict(self) | {"gpus": list(self.gpus)}


def this_machine() -> Machine:
    gpus = tuple(torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count()))
    return Machine(_cpu_name(), len(os.sched_getaffinity(0)), gpus)


def versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in REPORTED}}


def _cpu_name() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
