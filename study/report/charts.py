"""The page's charts as plotly specifications: plain dicts that the page's script draws.

A chart is {"data", "layout", "x", "y", "about"}: traces without coordinates, and for each axis the choices a reader
has, {"title", "values" (one list a trace), "layout"}. A colour "@name" is the page's, light or dark.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import isfinite, log10, nan
from textwrap import wrap
from typing import Any

import numpy as np

from ganprune.config import TARGET_SPARSITIES
from ganprune.cost_axis import cost_axis
from ganprune.metrics import METRICS
from ganprune.objective import COSTS, SPARSITY
from study.analysis.evenly import evenly
from study.analysis.figures import size
from study.analysis.findings import Findings
from study.analysis.size_baselines import SIZE, smaller_nulls
from study.report.shown import curves_drawn, null_levels, quality_top, saved_title
from study.report.traces import FRONT, Row, Trace, control_traces, front_traces, method_traces
from study.report.traces_confirmed import band_traces, confirmed_traces, size_traces

MOST_STEPS = 500  # of the hypervolume's history
NAME_WIDTH = 16  # letters of a null line's name in a row

Chart = dict[str, Any]


def quality_chart(found: Findings) -> Chart:
    """Every curve, the front and the null lines: quality first, with what keeps it honest a click away."""
    usual = _usual_traces(found)
    traces = [*band_traces(found), *usual, *confirmed_traces(found), *size_traces(found)]
    chart = _chart(found, (found.quality, "skill", "coverage", "ssim"), traces)
    return chart | {"x": chart["x"] + _sizes(traces)}


def drift_chart(found: Findings) -> Chart:
    """The same generators against their own dense one."""
    return _chart(found, ("ssim", "ms_ssim", "uqi"), _usual_traces(found))


def hypervolume_chart(found: Findings) -> Chart:
    """The hypervolume after each trial that moved it."""
    seconds, images, areas = zip((0.0, 0, 0.0), *_moves(found.history), strict=True)
    minutes = [round(each / 60, 3) for each in seconds]
    line = {"mode": "lines", "line": {"shape": "hv", "width": 2, "color": "@accent"}, "hoverinfo": "x+y"}
    upwards = {"title": {"text": "Hypervolume"}, "range": [0, 1.1 * areas[-1] or 1]}
    return {
        "data": [{"type": "scatter", "fill": "tozeroy", "fillcolor": "@wash", **line}],
        "layout": {"showlegend": False, "hovermode": "x"},
        "x": [
            _choice("minutes", [minutes], xaxis=_from_zero("Minutes run", minutes)),
            _choice("pictures", [list(images)], xaxis=_from_zero("Training pictures shown", images)),
        ],
        "y": [_choice("hypervolume", [[round(area, 5) for area in areas]], yaxis=upwards)],
        "about": f"Hypervolume rises to {areas[-1]:.3f} over {len(found.history):,} ended trials.",
    }


def _from_zero(title: str, values: Sequence[float]) -> dict:
    """With room behind the last one, or a jump there would lie on the frame."""
    return {"title": {"text": title}, "range": [0, 1.04 * max(values) or 1]}


def _moves(history: list[tuple[float, int, float]]) -> list[tuple[float, int, float]]:
    """The steps up and the end, thinned where they are many."""
    ups = [now for before, now in zip([(0, 0, 0.0), *history], history, strict=False) if now[2] > before[2]]
    return [*evenly(ups, MOST_STEPS), *history[-1:]]


def _usual_traces(found: Findings) -> list[Trace]:
    return [*method_traces(found), *control_traces(found), *front_traces(found)]


def _chart(found: Findings, metrics: Sequence[str], traces: list[Trace]) -> Chart:
    metrics = [name for name in metrics if name in found.scored]
    by, title = found.by, saved_title(found.by)
    return {
        "data": [style for style, _ in traces],
        "layout": {"hovermode": "closest", "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}},
        "x": [
            _choice("log", _values(traces, lambda row: cost_axis(by.saved(row))), xaxis=_cost_layout(title)),
            _choice("linear", _values(traces, by.saved), xaxis=_linear_layout(title)),
            *([] if by.cost.metric == SPARSITY else [_sparsities(traces)]),
        ],
        "y": [_metric_choice(found, name, traces) for name in metrics],
        "about": _about(found),
    }


def _values(traces: list[Trace], value: Callable[[Row], float]) -> list[list[float | None]]:
    """One list a trace; a gap where there is no finite value."""
    columns = [[value(row) if row else nan for row in rows] for _, rows in traces]
    return [[round(float(each), 5) if isfinite(each) else None for each in column] for column in columns]


def _sparsities(traces: list[Trace]) -> dict[str, Any]:
    """The axis of sparsity, where the front is of another cost: there it is bare points."""
    values = _values(traces, lambda row: cost_axis(COSTS[SPARSITY].of(row)))
    return _choice("sparsity", values, xaxis=_cost_layout("Sparsity")) | {"modes": _without_stairs(traces)}


def _without_stairs(traces: list[Trace]) -> list[str | None]:
    return ["markers" if style["name"] == FRONT else None for style, _ in traces]


def _size(row: Row) -> float:
    return row.scores.get(SIZE, nan)


def _sizes(traces: list[Trace]) -> list[dict[str, Any]]:
    """The axis of bytes, where any are known; the front's own stairs are of another cost, so here it is bare points."""
    values = _values(traces, _size)
    known = [each for column in values for each in column if each]
    if not known:
        return []
    layout = _size_layout(min(known), max(known))
    return [_choice("size", values, xaxis=layout) | {"modes": _without_stairs(traces)}]


def _choice(title: str, values: list[list], **layout: Any) -> dict[str, Any]:
    return {"title": title, "values": values, "layout": layout}


def _metric_choice(found: Findings, name: str, traces: list[Trace]) -> dict[str, Any]:
    values = _values(traces, lambda row: row.scores.get(name, nan))
    top = quality_top(found) if name == found.quality else 1.02
    bottom = 0 if name == found.quality else -0.02
    levels = null_levels(found, name)
    shown = [(null, level) for null, level in levels if bottom <= level <= top]
    layout = {
        "yaxis": {"title": {"text": f"{name}, {METRICS[name].better} is better"}, "range": [bottom, top]},
        "shapes": [_line(level) for _, level in shown],
        "annotations": _labels(shown, top),
    }
    levels += [(null.name, null.scores[name]) for null in smaller_nulls(found.nulls, name)]
    off = [f"{null} ({level:.3g})" for null, level in levels if not bottom <= level <= top]
    about = f"{METRICS[name].title}." + (f" Off the chart: {', '.join(off)}." if off else "")
    # Stairs mean "at least so much is saved at this price", which only the objective promises.
    modes = ["markers" if style["name"] == FRONT and name != found.quality else style["mode"] for style, _ in traces]
    return _choice(name, values, **layout) | {"modes": modes, "about": about}


def _line(level: float) -> dict:
    line = {"dash": "dot", "width": 1.5, "color": "@muted"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": level, "y1": level, "line": line, "layer": "below"}


def _labels(levels: list[tuple[str, float]], top: float) -> list[dict]:
    """Names behind the right end of the lines, where no curve runs; pushed up where two would overlap."""
    labels, free = [], 0.0
    for name, level in levels:
        rows = wrap(name, NAME_WIDTH) or [""]
        half = 0.02 * top * len(rows)
        middle = max(level, free + half)
        where = {"xref": "paper", "x": 1.005, "y": middle, "xanchor": "left", "yanchor": "middle", "showarrow": False}
        text = "<br>".join(map(escape, rows))
        labels.append(
            {"text": text, "align": "left", "font": {"size": 11, "color": "@muted"}, "bgcolor": "@veil", **where}
        )
        free = middle + half
    return labels


def _cost_layout(title: str) -> dict:
    return _percent_layout(f"{title} in %, log scale", TARGET_SPARSITIES, cost_axis(TARGET_SPARSITIES))


def _linear_layout(title: str) -> dict:
    tenths = np.linspace(0, 1, 11)
    return _percent_layout(f"{title} in %", tenths, tenths)


def _size_layout(least: float, most: float) -> dict:
    """Smaller to the right, as sparser is."""
    ends = log10(1.15 * most), log10(least / 1.15)
    ticks = [
        digit * 10**power for power in range(12) for digit in (1, 2, 5) if ends[1] < log10(digit) + power < ends[0]
    ]
    text = [size(tick) for tick in ticks]
    title = {"text": "Size after compression, smaller to the right"}
    return {"title": title, "type": "log", "range": ends, "tickvals": ticks, "ticktext": text, "tickangle": 0}


def _percent_layout(title: str, fractions: Iterable[float], places: Iterable[float]) -> dict:
    ticks = {"tickvals": [float(place) for place in places], "ticktext": [f"{100 * each:g}" for each in fractions]}
    return {"title": {"text": title}, "range": [-0.02, 1.02], "tickangle": 0, **ticks}


def _about(found: Findings) -> str:
    drawn, scored = len(curves_drawn(found)), sum(bool(trial.points) for trial in found.log.trials.values())
    left = f" {scored - drawn:,} more curves are not drawn; all are in points.csv." if scored > drawn else ""
    return f"{drawn:,} curves of {len(found.points):,} points, {len(found.front)} of them on the front.{left}"
