"""What every chart draws, trace by trace: the curves by method, the control, the front, and what is marked on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ganprune.point import NullLine, Point
from study.curves import curves_drawn, method_names, null_curves
from study.findings import Findings
from study.speed import LATENCY

# Okabe and Ito's colours, told apart by the colour-blind; each method has a symbol besides.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
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
        style = {"opacity": 0.6, "line": {"width": 1, "color": colour}, "marker": {"size": 4, "symbol": symbol}}
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
    named = {"mode": "markers+text", "textposition": "bottom center", "hoverinfo": "skip", "showlegend": False}
    named |= {"cliponaxis": False}
    ring = {"size": 19, "symbol": "circle-open", "color": "@accent", "line": {"width": 2}}
    marked = {"type": "scatter", "name": MARKED, "marker": ring, "text": [name for name, _ in _marked(found)]}
    return [(front, found.front), (marked | named, [point for _, point in _marked(found)])]


def _marked(found: Findings) -> list[tuple[str, Point]]:
    if found.headline and found.headline == found.knee:
        return [("headline and knee", found.headline)]
    return [(name, point) for name, point in (("headline", found.headline), ("knee", found.knee)) if point]


def _style(name: str, rows: Sequence[Row], found: Findings, **style: Any) -> dict:
    text = [row and _hover(row, found) for row in rows]
    ids = [row and row.id for row in rows]
    return {"type": "scatter", "name": name, "text": text, "customdata": ids, "hoverinfo": "text", **style}


def _hover(point: Point, found: Findings) -> str:
    trained = found.log.trials[point.trial].trained | {"threshold": point.threshold, "epochs": point.epoch}
    scores = [name for name in (found.quality, "skill", "coverage", "ssim") if name in point.scores]
    lines = [
        f"<b>{escape(point.id)}</b>",
        f"sparsity {100 * point.sparsity:.4g} %" + ("" if point.eligible else ", not eligible"),
        ", ".join(f"{name} {point.scores[name]:.3g}" for name in scores),
        *_latency(point),
        *(f"{escape(name)}: {escape(_short(value))}" for name, value in trained.items()),
    ]
    return "<br>".join(lines)


def _latency(point: Point) -> list[str]:
    ms, dense_ms = (point.scores.get(name) for name in LATENCY)
    return [f"latency {ms:.3g} ms, dense {dense_ms:.3g} ms"] if ms else []


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
