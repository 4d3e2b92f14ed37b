"""An answer instead of a front: the smallest of its points that keeps all limits, and which of them stops the next.

A front goes from dense to smallest, each point worse than the one before: what follows the picked one breaks a limit.
Scores are those on `report`, which no search saw, of points that have them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, isfinite

from ganprune.errors import UserError
from ganprune.point import Point
from study.analysis.findings import Findings
from study.analysis.latency import LATENCY
from study.analysis.size_baselines import SIZE
from study.settings.limits import Limit, all_of

MISSING = {  # why nothing is known of what is limited, and what helps
    "MAX_LOSS": "no dense generator was scored that a loss could be held against; leave it out",
    "MAX_FCD": "no point of its front has an fcd; leave it out",
    "MAX_BYTES": "no compressed size was recorded of its front; leave it out",
    "MAX_LATENCY": "no latency was measured of its front; leave it out, or give make study more TIME to measure it",
}
TOLD = {
    "MAX_LOSS": lambda value: f"{100 * value:+.2f} % against dense".replace("-", "−"),
    "MAX_FCD": lambda value: f"fcd {value:.4g}",
    "MAX_BYTES": lambda value: f"{value:,.0f} bytes after compression",
    "MAX_LATENCY": lambda value: f"{value:.4g} ms a picture",
    "MIN_SPARSITY": lambda value: f"{100 * value:.4g} % sparse",
}


@dataclass(frozen=True)
class Candidate:
    """A point, and what of it can be limited, by the limits' variables, as far as it is known."""

    point: Point
    values: dict[str, float]

    def breaks(self, limits: Sequence[Limit]) -> list[Limit]:
        return [limit for limit in limits if not limit.keeps(self.values.get(limit.variable))]

    def told(self, variables: Iterable[str]) -> str:
        known = (variable for variable in variables if variable in self.values)
        return ", ".join(TOLD[variable](self.values[variable]) for variable in known) or "unknown"

    def broken(self, limits: Sequence[Limit]) -> str:
        """Limits that it breaks, and by what."""
        those = self.breaks(limits)
        return f"{all_of(those)}: {self.told(limit.variable for limit in those)}"


@dataclass(frozen=True)
class Pick:
    """The smallest point that keeps all limits, and what comes after it on the front."""

    point: Point
    after: Candidate | None
    limits: Sequence[Limit]

    @property
    def sentence(self) -> str:
        """What it is, and which limits stop the next smaller one."""
        return f"the smallest of the front that keeps {all_of(self.limits)}. {self._stop}"

    @property
    def _stop(self) -> str:
        if not self.after:
            return "It is the smallest of all."
        return f"The next smaller, {self.after.point.id}, is stopped by {self.after.broken(self.limits)}."


def pick(found: Findings, limits: Sequence[Limit]) -> Pick:
    """UserError where no point keeps them all: which limit it is, and the nearest point."""
    those = [candidate(point, found) for point in found.front]
    for limit in limits:
        if not any(limit.variable in each.values for each in those):
            raise UserError(f"{limit}: study {found.name}: {MISSING[limit.variable]}")
    keeping = [at for at, each in enumerate(those) if not each.breaks(limits)]
    if not keeping:
        raise UserError(_none_keeps(found, those, limits))
    smallest, *after = those[keeping[-1] :]
    return Pick(smallest.point, after[0] if after else None, limits)


def candidate(point: Point, found: Findings) -> Candidate:
    return Candidate(point, _values(point, found))


def _values(point: Point, found: Findings) -> dict[str, float]:
    again = found.confirmed.get(point.id)
    values = {
        "MAX_LOSS": found.counted.change(point) if found.dense else None,
        "MAX_FCD": ((again and again.rescored) or point).scores.get("fcd"),
        "MAX_BYTES": point.scores.get(SIZE),
        "MAX_LATENCY": point.scores.get(LATENCY[0]),
        "MIN_SPARSITY": point.sparsity,
    }
    return {variable: value for variable, value in values.items() if value is not None and isfinite(value)}


def _none_keeps(found: Findings, those: Sequence[Candidate], limits: Sequence[Limit]) -> str:
    """By limits that no point keeps even alone, or else by all."""
    alone = [limit for limit in limits if all(each.breaks([limit]) for each in those)]
    wanted = alone or limits
    nearest = min(those, key=lambda each: _excess(each, wanted))
    none = f"no point of {found.name}'s front keeps {all_of(wanted)}{' together' if len(wanted) > 1 else ''}"
    return f"{none}; the nearest, {nearest.point.id}, breaks {nearest.broken(wanted)}"


def _excess(each: Candidate, limits: Sequence[Limit]) -> float:
    """Of the limit that is broken most; what is not known is the farthest."""
    values = each.values
    return max(limit.excess(values[limit.variable]) if limit.variable in values else inf for limit in limits)
