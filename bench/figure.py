"""One measured figure, as `bench/results/latest.json` holds it."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Literal

from study.settings.machine import this_machine, versions

Better = Literal["lower", "higher"]
RESULTS = Path(__file__).parent / "results" / "latest.json"
OF_GPU = RESULTS.with_name("gpu.json")


@dataclass(frozen=True)
class Figure:
    name: str
    value: float | None  # median; None: it could not be measured here
    unit: str
    better: Better
    reach: float | None  # None: the alternative, there to compare with
    reached: bool | None
    n: int
    spread: list[float]  # smallest and largest


def figure(
    name: str, values: Sequence[float], unit: str, better: Literal["lower", "higher"], reach: float | None
) -> Figure:
    value = median(values)
    reached = None if reach is None else value >= reach if better == "higher" else value <= reach
    return Figure(name, value, unit, better, reach, reached, len(values), [min(values), max(values)])


def not_measured(name: str, reach: float | None, unit: str = "x", better: Better = "higher") -> Figure:
    return Figure(name, None, unit, better, reach, None, 0, [])


def write(figures: list[Figure], command: str, file: Path = RESULTS) -> None:
    machine = this_machine()
    document = {
        "figures": [asdict(one) for one in figures],
        "hardware": machine.record() | {"load": os.getloadavg()[0], "system": platform.platform()},
        "versions": versions(),
        "command": command,
    }
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(document, indent=2) + "\n")


def shown(one: Figure) -> str:
    if one.value is None:
        return f"{one.name}: not measured here"
    verdict = "" if one.reached is None else f"; reach {one.reach:.3g}: {'reached' if one.reached else 'MISSED'}"
    value = f"{one.value:.3g} {one.unit}".strip()
    spread = " to ".join(f"{end:.3g}" for end in one.spread)
    return f"{one.name}: {value} (n = {one.n}, {spread}{verdict})"
