"""What a study weighs, each defined once: what pruning saves, and how near pictures are to real ones.

A quality may be any metric of the shelf that tells a distance to real pictures, 0 at best, so that a Gaussian of the
pixels tells what it is worth. A cost may be any of which less is better, or sparsity, and is a line here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import nan
from typing import Protocol

import numpy as np

from ganprune.metrics import METRICS

SPARSITY = "sparsity"


class Row(Protocol):
    """A point, a null line."""

    sparsity: float | None
    scores: Mapping[str, float]


@dataclass(frozen=True)
class Objective:
    name: str  # as COST or QUALITY asks for it
    metric: str  # of METRICS
    noise: float | None  # how far luck moves a value, as a share of it; None: not known

    @property
    def direction(self) -> str:
        """In Optuna's words."""
        return "maximize" if METRICS[self.metric].better == "higher" else "minimize"

    def of(self, row: Row) -> float:
        """Not a number where it is not known."""
        value = row.sparsity if self.metric == SPARSITY else row.scores.get(self.metric)
        return nan if value is None else value


@dataclass(frozen=True)
class Cost(Objective):
    what: str  # of which a share is saved, as a sentence tells it
    zeros: bool = False  # whether zeros lower it, or only a smaller network does
    searched: str = ""  # the cost that a search lowers in its place, since it can't be measured meanwhile


@dataclass(frozen=True)
class Quality(Objective):
    """Its noise is half of the 95 % interval of a score from 1,000 pictures; it falls with the root of their number."""

    near: float | None = None  # times a score within which few pictures can't tell; None: they tell too little


COSTS: dict[str, Cost] = {
    SPARSITY: Cost(SPARSITY, SPARSITY, 1e-4, "weights", zeros=True),  # so near, they differ by rounding
    "params": Cost("params", "params", 1e-4, "parameters"),
    "macs": Cost("macs", "macs", 1e-4, "MACs"),
    "bytes": Cost("bytes", "bytes_compressed", 1e-4, "bytes", zeros=True),
    "latency": Cost("latency", "latency_ms", 0.02, "time a picture takes", searched="macs"),
}


def qualities() -> dict[str, Quality]:
    """By name; as the shelf is now."""
    return {
        name: Quality(name, name, metric.noise, metric.near)
        for name, metric in METRICS.items()
        if (metric.family, metric.better) == ("quality", "lower") and not metric.classes
    }


@dataclass(frozen=True)
class Objectives:
    """Both of a study, and what its best dense model costs: until that is known nothing counts as saved."""

    cost: Cost = COSTS[SPARSITY]
    quality: Quality = qualities()["fcd"]
    dense: float = 1.0

    @property
    def searched(self) -> "Objectives":
        """What a search can lower."""
        return replace(self, cost=COSTS[self.cost.searched], dense=1.0) if self.cost.searched else self

    @property
    def directions(self) -> tuple[str, str]:
        return self.cost.direction, self.quality.direction

    def values(self, row: Row) -> tuple[float, float]:
        return self.cost.of(row), self.quality.of(row)

    def against(self, dense: Row | None) -> "Objectives":
        """The same, held against this dense model."""
        if self.cost.metric == SPARSITY or not dense or not self.cost.of(dense) > 0:
            return self
        return replace(self, dense=self.cost.of(dense))

    def saved(self, row: Row) -> float:
        """The share of the dense model's cost that is gone; below 0 for what costs more."""
        return float(self.all_saved([row])[0])

    def all_saved(self, rows: Iterable[Row]) -> np.ndarray:
        """(n,): without a Python object a row, for which 200,000 points would pay in seconds of garbage collection."""
        values = np.fromiter(map(self.cost.of, rows), float)
        return values if self.cost.metric == SPARSITY else 1 - values / self.dense


def objectives(cost: str, quality: str) -> Objectives:
    """As COST and QUALITY name them."""
    return Objectives(COSTS[cost], qualities()[quality])
