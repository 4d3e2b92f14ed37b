"""The front as a table for the eye: what was scored, and of the settings only what differs between its trials."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from ganprune.point import Point
from study.columns import meaning
from study.findings import Findings
from study.speed import LATENCY
from study.tables import RunIds, front_rows

MOST_ROWS = 200
AGAIN = {  # shown where the front was scored again
    "fcd_report": "scored again on pictures that no search saw",
    "this file": "where it lies for this very generator with other latents, 95 % of the time",
    "trained again": "where it lies when these settings are trained from one more seed, 95 % of the time",
    "fcd_referee": "the same in a second feature network",
    "stays": "whether no other point of the front beats it in both sparsity and fcd_report",
}
SCORES = ("skill", "coverage", "uqi", "ssim", "ms_ssim", "nonzero_params", "bytes_compressed")


@dataclass(frozen=True)
class Cell:
    text: str
    value: Any  # to sort by; None sorts last


@dataclass(frozen=True)
class Table:
    titles: dict[str, str]  # column → what it means
    rows: list[dict[str, Cell]]
    left_out: int

    @property
    def numeric(self) -> set[str]:
        return {name for row in self.rows for name, cell in row.items() if isinstance(cell.value, int | float)}


def front_table(found: Findings, run_ids: RunIds) -> Table:
    rows = front_rows(found, run_ids)
    again = AGAIN if found.rescored else {}
    scores = [*SCORES, *(name for name in LATENCY if name in found.scored)]
    columns = ["point", "sparsity", found.quality, "to dense", *again, *scores, "method", "threshold", "epoch"]
    columns += [name for name in _differing(found) if name not in columns]
    columns += ["run_id"] if run_ids else []
    more = {point.id: _more(found, point) for point in found.front}
    cells = [{name: _cell(name, row | more[row["point"]]) for name in columns} for row in rows]
    return Table({name: _meaning(name) for name in columns}, cells[:MOST_ROWS], max(0, len(cells) - MOST_ROWS))


def _more(found: Findings, point: Point) -> dict[str, Any]:
    """What the tables don't have: values of columns of this page alone."""
    values = {"to dense": found.change(point)} if found.dense else {}
    if again := found.confirmed.get(point.id):
        values |= {"this file": again.file, "trained again": again.setting}
    if found.rescored and again and again.own:
        values["stays"] = "yes" if point.id in found.rescored.stayed else "no"
    return values


def percent(fraction: float) -> str:
    return f"{100 * fraction:.4g}\u00a0%"


def number(value: Any) -> str:
    """Three digits of a fraction, all of a whole number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if not isfinite(value):
        return "not finite"
    text = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "−")


def _cell(name: str, row: dict[str, Any]) -> Cell:
    value = row.get(name)
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return Cell("–", None)
    if isinstance(value, tuple):
        return _interval(*value)
    if name == "sparsity":
        return Cell(percent(value), value)
    return Cell(f"{100 * value:+.1f}\u00a0%".replace("-", "−") if name == "to dense" else number(value), value)


def _interval(low: float, high: float) -> Cell:
    return Cell(f"{number(low)} to {number(high)}", high) if isfinite(high) else Cell(f"{number(low)} and up", None)


def _differing(found: Findings) -> list[str]:
    trained = [found.log.trials[point.trial].trained for point in found.front]
    names = dict.fromkeys(name for each in trained for name in each if name != "epochs")  # each point has its own
    return [name for name in names if len({str(each.get(name)) for each in trained}) > 1]


def _meaning(name: str) -> str:
    about = {"to dense": "against the best dense generator"} | AGAIN
    return about.get(name) or meaning(name)
