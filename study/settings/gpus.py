"""The GPUs that torch's build has code for; the others are told of and hidden, from Ray as well."""

import os
from collections.abc import Callable, Collection

import torch

VISIBLE = "CUDA_VISIBLE_DEVICES"


def served_gpus() -> list[int]:
    """Their numbers."""
    builds = torch.cuda.get_arch_list()
    numbers = range(torch.cuda.device_count())
    return [number for number in numbers if is_served(torch.cuda.get_device_capability(number), builds)]


def is_served(capability: tuple[int, int], builds: Collection[str]) -> bool:
    """By machine code of its generation that is no newer (sm_), or by what the driver compiles for it (compute_)."""
    known = [_parsed(build) for build in builds if build.startswith(("sm_", "compute_"))]
    return not known or any(
        version <= capability and (kind == "compute" or version[0] == capability[0]) for kind, version in known
    )


def hide_unserved(tell: Callable[[str], None]) -> None:
    """From all processes that begin later: a study that gets none runs at CPU size."""
    served, count = served_gpus(), torch.cuda.device_count()
    if len(served) == count:
        return
    for number in sorted({*range(count)} - {*served}):
        version = ".".join(map(str, torch.cuda.get_device_capability(number)))
        tell(
            f"{torch.cuda.get_device_name(number)} has compute capability {version}, for which this torch is not built"
            f" ({', '.join(torch.cuda.get_arch_list())}): it is not used; a build of torch that serves it would"
        )
    given = os.environ.get(VISIBLE)
    names = given.split(",") if given else [str(number) for number in range(count)]
    os.environ[VISIBLE] = ",".join(names[number] for number in served)


def _parsed(build: str) -> tuple[str, tuple[int, int]]:
    """sm_90a: its kind, and 9.0."""
    kind, _, version = build.partition("_")
    digits = "".join(filter(str.isdigit, version))
    return kind, (int(digits[:-1]), int(digits[-1]))
