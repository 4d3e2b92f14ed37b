"""The front as a table for the eye: what was scored, and of the settings only what differs between its trials."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from ganprune.point import Point
from study.analysis.figures import size
from study.analysis.findings import Findings
from study.analysis.intervals import column
from study.analysis.latency import LATENCY
from study.analysis.size_baselines import SIZE
from study.report.columns import meaning
from study.report.tables import front_rows

MOST_ROWS = 200
SCORES = ("skill", "ssim")
TOLD = ("method", "epochs")  # by a point's own name
RUN_LETTERS = 8  # of MLflow's 32


@dataclass(frozen=True)
class Cell:
    text: str
    value: Any  # to sort by; None sorts last
    range: bool = False  # then the value is its upper end


@dataclass(frozen=True)
class Table:
    titles: dict[str, str]  # column → what it means
    rows: list[dict[str, Cell]]
    left_out: int

    @property
    def numeric(self) -> set[str]:
        return {name for row in self.rows for name, cell in row.items() if isinstance(cell.value, int | float)}


def front_table(found: Findings) -> Table:
    rows = front_rows(found)
    again = _again(found.quality) if found.rescored else {}
    columns = ["point", found.by.cost.metric, "sparsity", SIZE, found.quality, "to dense", *again, *SCORES, *LATENCY]
    columns += [name for name in ("params", "macs") if len({row.get(name) for row in rows}) > 1]
    columns += [*_differing(found), "run_id"]
    rows = [row | _more(found, point) for row, point in zip(rows, found.front, strict=True)]
    known = [name for name in dict.fromkeys(columns) if any(row.get(name) not in (None, "") for row in rows)]
    cells = [{name: _cell(name, row) for name in known} for row in rows[:MOST_ROWS]]
    titles = {"to dense": "against the best dense generator"} | again
    titles = {name: titles.get(name) or meaning(name) for name in known}
    return Table(titles, cells, max(0, len(rows) - MOST_ROWS))


def _again(quality: str) -> dict[str, str]:
    """Shown where the front was scored again."""
    report = column(quality, "report")
    return {
        report: "scored again on pictures that no search saw",
        "this file": "where it lies for this very generator with other latents, 95 % of the time",
        "trained again": "where it lies when these settings are trained from one more seed, 95 % of the time",
        column(quality, "referee"): "the same in a second feature network",
        "stays": f"whether no other point of the front beats it in both cost and {report}",
    }


def _more(found: Findings, point: Point) -> dict[str, Any]:
    """What the tables don't have: values of columns of this page alone."""
    values = {"to dense": found.counted.change(point)} if found.dense else {}
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
    text = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:#.3g}".removesuffix(".")
    return text.replace("-", "−")


def _cell(name: str, row: dict[str, Any]) -> Cell:
    value = row.get(name)
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return Cell("–", None)
    if isinstance(value, tuple):
        return _interval(*value)
    return Cell(SHOWN.get(name, number)(value), value)


def _interval(low: float, high: float) -> Cell:
    text = f"{number(low)} to {number(high)}" if isfinite(high) else f"{number(low)} and up"
    return Cell(text, high if isfinite(high) else "Infinity", range=True)  # as JavaScript reads it


def _differing(found: Findings) -> list[str]:
    trained = [found.log.trials[point.trial].trained for point in found.front]
    names = dict.fromkeys(name for each in trained for name in each if name not in TOLD)
    return [name for name in names if len({str(each.get(name)) for each in trained}) > 1]


SHOWN = {
    "sparsity": percent,
    SIZE: lambda count: size(count).replace(" ", "\u00a0"),
    "to dense": lambda change: f"{100 * change:+.1f}\u00a0%".replace("-", "−"),
    "run_id": lambda run: run[:RUN_LETTERS],
}
