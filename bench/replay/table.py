"""What any setting of a space scores, interpolated between trainings that were recorded."""

import math
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from scipy.interpolate import LinearNDInterpolator
from scipy.spatial import QhullError

from bench.record import AVERAGED, COLUMNS, DENSE
from study.analysis.pareto import cost_axis

THRESHOLD, SPARSITY = COLUMNS.index("threshold"), COLUMNS.index("sparsity")
DISTANCES = [at for at, name in enumerate(COLUMNS) if name.startswith("fcd")]  # interpolated as logarithms

Corner = tuple[float, float]  # of the grid: log lr_g, log lr_ratio


class Curve:
    """One training pruned by one method, from dense to sparsest."""

    def __init__(self, columns: np.ndarray):
        """`columns` (columns, places), distances as logarithms."""
        self._columns, self._cost = columns, cost_axis(columns[SPARSITY])

    def at_threshold(self, threshold: float) -> dict[str, float]:
        found = np.interp(threshold, self._columns[THRESHOLD], self._columns[SPARSITY])
        return self.at(float(found)) | {"threshold": threshold}

    def at(self, sparsity: float) -> dict[str, float]:
        """All scores at this sparsity, linear over the cost axis; beyond the sparsest place, that place."""
        values = np.array([np.interp(cost_axis(sparsity), self._cost, column) for column in self._columns])
        values[DISTANCES] = np.exp(values[DISTANCES])
        values[SPARSITY] = min(sparsity, self._columns[SPARSITY, -1])
        values[THRESHOLD] = np.interp(sparsity, self._columns[SPARSITY], self._columns[THRESHOLD])
        return dict(zip(COLUMNS, values.tolist(), strict=True))


class Group:
    """The curves of one method at one epoch, by training."""

    def __init__(self, curves: dict[Corner, np.ndarray], diverged: Iterable[Corner]):
        places = max(curve.shape[1] for curve in curves.values())
        whole = {corner: curve for corner, curve in curves.items() if curve.shape[1] == places}
        self._corners, self._curves = np.array(list(whole)), np.stack(list(whole.values()))
        self._known = np.vstack([self._corners, *diverged])

    def curve(self, corner: Corner) -> Curve | None:
        """Linear between trainings, the nearest one beyond them; None where the nearest one diverged."""
        nearest = int(np.argmin(np.square(self._known - corner).sum(axis=1)))
        if nearest >= len(self._curves):
            return None
        between = self._between(*corner) if self._between else np.full(1, np.nan)
        return Curve(self._curves[nearest] if np.isnan(between).any() else between)

    @cached_property
    def _between(self) -> LinearNDInterpolator | None:
        try:
            return LinearNDInterpolator(self._corners, self._curves)
        except (QhullError, ValueError):
            return None  # too few trainings, or all on one line


class Table:
    """Recorded trainings, asked for by setting, epoch, method and kind of weights."""

    def __init__(self, rows: Iterable[dict], diverged: Iterable[dict]):
        """`rows` have the columns of `bench.record`; `diverged` name trainings by lr_g, lr_ratio, epoch, weights."""
        gathered: dict[tuple, dict[Corner, dict]] = defaultdict(lambda: defaultdict(dict))
        for row in rows:
            of = row["weights"], row["method"], row["epoch"]
            gathered[of][_corner(row)][row["sparsity"]] = [row[name] for name in COLUMNS]
        gone: dict[tuple, set[Corner]] = defaultdict(set)
        for row in diverged:
            gone[row["weights"], row["epoch"]].add(_corner(row))
        self._groups: dict[tuple, Group] = {}
        for (weights, method, epoch), curves in gathered.items():
            dense = gathered.get((weights, DENSE, epoch), {})
            whole = {corner: _columns(dense[corner] | curve) for corner, curve in curves.items() if corner in dense}
            if whole and method != DENSE:
                self._groups[weights, method, epoch] = Group(whole, gone[weights, epoch] - whole.keys())

    def curve(self, lr_g: float, lr_ratio: float, epoch: int, method: str, weights: str) -> Curve | None:
        """None where such a training diverges; of epochs and weights that nothing was recorded of, the nearest."""
        kind = weights if any(weights == of for of, _, _ in self._groups) else AVERAGED
        epochs = [when for of, by, when in self._groups if (of, by) == (kind, method)]
        nearest = min(epochs, key=lambda when: abs(math.log(when / epoch)))
        return self._groups[kind, method, nearest].curve((math.log(lr_g), math.log(lr_ratio)))


def _corner(row: dict) -> Corner:
    return math.log(row["lr_g"]), math.log(row["lr_ratio"])


def _columns(rows: dict[float, list[float]]) -> np.ndarray:
    """(columns, places), from dense to sparsest, distances as logarithms; `rows` by sparsity."""
    columns = np.array([rows[sparsity] for sparsity in sorted(rows)]).T
    columns[DISTANCES] = np.log(columns[DISTANCES])
    return columns
