"""What every chart draws, trace by trace: the curves by method, the control, the front, and what is marked on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite, nan
from typing import Any

from ganprune.objective import SPARSITY
from ganprune.point import NullLine, Point
from study.analysis.figures import change, percent, size
from study.analysis.findings import Findings
from study.analysis.latency import LATENCY
from study.analysis.size_baselines import SIZE
from study.records.own import own_settings
from study.report.shown import curves_drawn, method_names, null_curves

# The page's, light and dark, after Okabe and Ito's that the colour-blind tell apart; each method has a symbol besides.
COLOURS = tuple(f"@method-{number}" for number in range(6))
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "star", "cross")
FRONT, MARKED = "front", "marked"  # names of traces


@dataclass(frozen=True)
class Mark:
    """A place in a chart that is neither point nor null line."""

    sparsity: float | None  # None: only over bytes
    scores: dict[str, float]


Row = Point | NullLine | Mark | None  # None: a gap between two curves of one trace
Trace = tuple[dict[str, Any], Sequence[Row]]  # plotly's settings without coordinates, and whose coordinates they are


def method_traces(found: Findings) -> list[Trace]:
    """The curves behind the front, a trace a method."""
    drawn = curves_drawn(found)
    traces = []
    for index, method in enumerate(method_names(found)):
        rows = [row for trial in drawn if trial.settings.prune.method == method for row in (*trial.last_curve, None)]
        colour, symbol = COLOURS[index % len(COLOURS)], SYMBOLS[index % len(SYMBOLS)]
        style = {"opacity": 0.8, "line": {"width": 1.2, "color": colour}}
        style["marker"] = {"size": 4, "symbol": symbol, "color": colour}
        traces.append((_style(method, rows, found, mode="lines+markers", **style), rows))
    return traces


def control_traces(found: Findings) -> list[Trace]:
    curves = null_curves(found, found.quality)
    line = {"mode": "lines", "line": {"dash": "dash", "width": 1.5, "color": "@muted"}}
    return [({"type": "scatter", "name": escape(name), **line}, nulls) for name, nulls in curves.items()]


def front_traces(found: Findings) -> list[Trace]:
    index = {method: at for at, method in enumerate(method_names(found))}
    at = [index[point.method] for point in found.front]
    marker = {
        "size": 10,
        "color": [COLOURS[i % len(COLOURS)] for i in at],
        "symbol": [SYMBOLS[i % len(SYMBOLS)] for i in at],
        "line": {"width": 1.5, "color": "@ink"},
    }
    line = {"shape": "vh", "width": 2, "color": "@ink"}
    front = _style(FRONT, found.front, found, mode="lines+markers", marker=marker, line=line)
    named = {"mode": "text", "textposition": "bottom center", "hoverinfo": "skip", "showlegend": False}
    named |= {"cliponaxis": False, "text": [f"<br>{found.answered}"]}
    return [(front, found.front), ({"type": "scatter", "name": MARKED} | named, [found.answer])]


def _style(name: str, rows: Sequence[Row], found: Findings, **style: Any) -> dict:
    text = [row and _hover(row, found) for row in rows]
    ids = [row and row.id for row in rows]
    return {"type": "scatter", "name": name, "text": text, "customdata": ids, "hoverinfo": "text", **style}


def _hover(point: Point, found: Findings) -> str:
    """What it is, what it scored, then what it was trained with."""
    trained = found.log.trials[point.trial].trained | own_settings(point, found.log) | {"epochs": point.epoch}
    stored = [size(point.scores[SIZE])] if SIZE in point.scores else []
    saved = [f"sparsity {100 * point.sparsity:.4g} %", *_saved(point, found), *stored]
    what = [*saved, *([] if point.eligible else ["not eligible"])]
    lines = [f"<b>{escape(point.id)}</b>", ", ".join(what), ", ".join(_scores(point, found)), *_latency(point)]
    return "<br>".join([*lines, *(f"{escape(name)}: {escape(_short(value))}" for name, value in trained.items())])


def _saved(point: Point, found: Findings) -> list[str]:
    """Of the study's cost, where that is another and known."""
    saved, cost = found.by.saved(point), found.by.cost
    told = cost.metric != SPARSITY and found.is_held and isfinite(saved)
    return [f"{percent(saved)} of the {cost.what} saved"] if told else []


def _scores(point: Point, found: Findings) -> list[str]:
    scores = [f"{name} {point.scores[name]:.3g}" for name in ("skill", "coverage", "ssim") if name in point.scores]
    if not isfinite(point.scores.get(found.quality, nan)):
        return scores
    counted = (
        f" (scored again {found.counted.score(point):.3g})"
        if found.counted.score(point) != point.scores[found.quality]
        else ""
    )
    dense = f", {change(found.counted.change(point))} against dense" if found.dense else ""
    return [f"{found.quality} {point.scores[found.quality]:.3g}{counted}{dense}", *scores]


def _latency(point: Point) -> list[str]:
    ms, dense_ms = (point.scores.get(name) for name in LATENCY)
    return [f"latency {ms:.3g} ms, dense {dense_ms:.3g} ms"] if ms else []


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
