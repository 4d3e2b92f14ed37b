"""What the chart of quality draws besides: the band a front may lie in, its points scored again, smaller networks."""

from html import escape
from typing import Any

from ganprune.point import Point
from study.analysis.findings import Findings
from study.analysis.intervals import Interval, ScoredAgain
from study.analysis.size_baselines import SIZE, SMALLER, smaller_nulls
from study.report.shown import quality_top
from study.report.traces import Mark, Row, Trace

BAND = "optimistic to pessimistic front"
AGAIN = "scored again"
SMALLER_DENSE = "dense, smaller"


def band_traces(found: Findings) -> list[Trace]:
    """Two stairs from the dense end, where there is one, and a wash between them."""
    between = found.band
    if not between:
        return []
    top = quality_top(found)
    ends = (between.optimistic, between.pessimistic)
    places = [found.dense or between.points[0], *between.points]
    below, above = ([_mark(found, *each, top) for each in zip(places, [end[0], *end], strict=True)] for end in ends)
    line = {"mode": "lines", "line": {"shape": "vh", "width": 0}, "hoverinfo": "skip"}
    style = {"type": "scatter", "name": BAND, "legendgroup": BAND} | line
    return [(style | {"showlegend": False}, below), (style | {"fill": "tonexty", "fillcolor": "@band"}, above)]


def _mark(found: Findings, place: Point, score: float, top: float, *costs: str) -> Mark:
    """Where a point stands over the study's cost, and others, at another score."""
    known = {name: place.scores[name] for name in (found.by.cost.metric, *costs) if name in place.scores}
    return Mark(place.sparsity, known | {found.quality: _within(score, top)})


def _within(end: float, top: float) -> float:
    """What has no end leaves the chart."""
    return min(float(end), 2 * top)


def confirmed_traces(found: Findings) -> list[Trace]:
    """The front's points as `report` sees them: a thick bar for this file, a thin one for its settings."""
    again = [each for each in found.front_again if each.own]
    if not again:
        return []
    text, top = [_hover(each) for each in again], quality_top(found)
    ring = {"symbol": "diamond-open", "size": 8, "color": "@accent", "line": {"width": 2}}
    marks = {"mode": "markers", "marker": ring, "text": text, "hoverinfo": "text"}
    marks |= {"customdata": [each.point.id for each in again]}
    style = {"type": "scatter", "name": AGAIN, "legendgroup": AGAIN}
    bars = [
        (style | _bar(width), [row for each in again for row in _ends(found, each, interval, top)])
        for width, interval in ((1, "setting"), (4, "file"))
    ]
    return [*bars, (style | marks, [each.rescored for each in again])]


def _bar(width: int) -> dict[str, Any]:
    line = {"width": width, "color": "@accent"}
    return {"mode": "lines", "line": line, "hoverinfo": "skip", "showlegend": False}


def _ends(found: Findings, each: ScoredAgain, interval: str, top: float) -> list[Row]:
    ends: Interval | None = getattr(each, interval)
    return [*(_mark(found, each.point, end, top, SIZE) for end in ends or ()), None]


def _hover(each: ScoredAgain) -> str:
    claims = [("this file", each.file), ("these settings, trained again", each.setting)]
    lines = [f"<b>{escape(each.point.id)}</b>", f"scored again: {each.own.metric} {each.own.score:.3g}"]
    lines += [f"{name} {ends[0]:.3g} to {ends[1]:.3g}" for name, ends in claims if ends]
    return "<br>".join(lines)


def size_traces(found: Findings) -> list[Trace]:
    """Seen over bytes alone: the front there, and the dense networks that are small without pruning."""
    kept = (SIZE, found.quality)
    front = [Mark(None, {name: p.scores[name] for name in kept}) for p in found.size_front]
    smaller = smaller_nulls(found.nulls, found.quality)
    line = {"mode": "lines", "line": {"shape": "vh", "width": 2, "color": "@ink"}, "hoverinfo": "skip"}
    marker = {"symbol": "x-thin", "size": 9, "line": {"width": 2, "color": "@ink"}}
    places = ["bottom center" if "bits" in null.name else "top center" for null in smaller]
    text = {"text": [SMALLER[null.name] for null in smaller], "textposition": places, "textfont": {"size": 11}}
    marks = {"mode": "markers+text", "marker": marker} | text
    marks |= {"hovertext": [escape(null.about) for null in smaller], "hoverinfo": "text+x+y"}
    traces = [({"name": "front over bytes", **line, "showlegend": False}, front)]
    traces += [({"name": SMALLER_DENSE, **marks}, smaller)] if smaller else []
    return [({"type": "scatter"} | style, rows) for style, rows in traces]
