"""The front as figures for a paper: PNG and vector PDF, one column wide, legible when printed in grey."""

import io
from collections.abc import Callable, Sequence
from textwrap import fill

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ganprune.config import TARGET_SPARSITIES
from ganprune.cost_axis import cost_axis
from ganprune.metrics import METRICS
from ganprune.point import NullLine, Point
from study.analysis.findings import Findings
from study.records.paths import StudyPaths
from study.report.plot_bytes import draw_over_bytes
from study.report.plot_strips import strips_figure
from study.report.shown import (
    curves_drawn,
    method_names,
    null_curves,
    null_levels,
    quality_top,
    saved_title,
)

STYLE = {
    "font.family": "DejaVu Sans",  # inside matplotlib: the same picture on every machine
    "font.size": 7,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "pdf.fonttype": 42,  # text stays text
    "savefig.dpi": 300,
}
MARKERS = "osD^vPX"
NAME_WIDTH, LINE = 12, 0.06  # of a null line's name: letters in a row, and how much of the axes a row takes
GREYS = ("white", "0.75", "black", "0.45", "white", "0.75", "black")


def paper_figures(found: Findings, paths: StudyPaths) -> dict[str, bytes]:
    """By file name: the front over its cost and over bytes, and what is drawn; the same bytes for the same study."""
    with rc_context(STYLE):
        figures = {"front": figure_of(found, draw_over_cost), "bytes": figure_of(found, draw_over_bytes)}
        if strips := strips_figure(found, paths):
            figures["strips"] = strips
        return saved(figures)


def saved(figures: dict[str, Figure]) -> dict[str, bytes]:
    """Each as PNG and as vector PDF; the same bytes for the same figure."""
    pngs = {f"{name}.png": _saved(figure, "png", {"Software": None}) for name, figure in figures.items()}
    dateless = {"CreationDate": None, "Creator": None, "Producer": None}
    pdfs = {f"{name}.pdf": _saved(figure, "pdf", dateless) for name, figure in figures.items()}
    return pngs | pdfs


def _saved(figure: Figure, kind: str, metadata: dict) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=kind, metadata=metadata)
    return file.getvalue()


def figure_of(found: Findings, draw: Callable[[Axes, Findings], None]) -> Figure:
    figure = Figure(figsize=(3.5, 3), layout="constrained")
    axes = figure.add_subplot()
    axes.set_ylim(0, quality_top(found))
    axes.set_ylabel(f"{METRICS[found.quality].title}, {found.quality}", fontsize=6)
    draw(axes, found)
    if axes.get_legend_handles_labels()[1]:
        figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=6, handlelength=1.6, columnspacing=1.2)
    return figure


def draw_over_cost(axes: Axes, found: Findings) -> None:
    _draw_axes(axes, found)
    _draw_band(axes, found)
    _draw_curves(axes, found)
    _draw_nulls(axes, found)
    if found.front:
        _draw_front(axes, found)
    _draw_again(axes, found)


def _draw_axes(axes: Axes, found: Findings) -> None:
    axes.set_xticks(cost_axis(TARGET_SPARSITIES), [f"{100 * sparsity:g}" for sparsity in TARGET_SPARSITIES])
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel(f"{saved_title(found.by)}, % (log scale)")


def _cost(found: Findings, rows: Sequence[Point | NullLine]) -> np.ndarray:
    return cost_axis(found.by.all_saved(rows))


def _draw_band(axes: Axes, found: Findings) -> None:
    """Between the optimistic and the pessimistic front."""
    between = found.band
    if between:
        cost = [0, *_cost(found, between.points)]
        low, high = (
            [*ends[:1], *np.minimum(ends, 2 * axes.get_ylim()[1])] for ends in (between.optimistic, between.pessimistic)
        )
        axes.fill_between(
            cost, low, high, step="pre", color="0.88", lw=0, zorder=0.5, label="optimistic to pessimistic"
        )


def _draw_curves(axes: Axes, found: Findings) -> None:
    for trial in curves_drawn(found):
        curve = trial.last_curve
        quality = [point.scores.get(found.quality) for point in curve]
        axes.plot(_cost(found, curve), quality, color="0.75", lw=0.5, zorder=1)


def _draw_nulls(axes: Axes, found: Findings) -> None:
    top = axes.get_ylim()[1]
    levels = [(name, level) for name, level in null_levels(found, found.quality) if level < top]
    for _, level in levels:
        axes.axhline(level, color="0.4", lw=0.6, ls=(0, (1, 2)), zorder=2)
    _name(axes, levels)
    for name, nulls in null_curves(found, found.quality).items():
        level = [null.scores[found.quality] for null in nulls]
        axes.plot(_cost(found, nulls), level, color="0.4", lw=0.8, ls="--", label=name)


def _name(axes: Axes, levels: list[tuple[str, float]]) -> None:
    """Names of the null lines, lowest first, beside the axes where no point lies; pushed up where two would overlap."""
    line = LINE * axes.get_ylim()[1]
    free = 0.0
    for name, level in levels:
        text = fill(name, NAME_WIDTH)
        half = line * (text.count("\n") + 1) / 2
        middle = max(level, free + half)
        where = {"xycoords": ("axes fraction", "data"), "ha": "left", "va": "center", "annotation_clip": False}
        axes.annotate(text, (1.02, middle), fontsize=5.5, linespacing=1.1, **where)
        free = middle + half


def _draw_front(axes: Axes, found: Findings) -> None:
    cost = _cost(found, found.front)
    quality = [point.scores[found.quality] for point in found.front]
    # A point serves every demand to save LESS, back to its neighbour on the left.
    axes.step([0, *cost], quality[:1] + quality, where="pre", color="black", lw=1, zorder=3)
    for index, method in enumerate(method_names(found)):
        own = [at for at, point in enumerate(found.front) if point.method == method]
        style = {"marker": MARKERS[index % len(MARKERS)], "color": GREYS[index % len(GREYS)]}
        if own:
            axes.scatter(
                cost[own], [quality[at] for at in own], s=16, edgecolor="black", lw=0.7, zorder=4, label=method, **style
            )


def _draw_again(axes: Axes, found: Findings) -> None:
    """As `report` sees the front; the bar is what this very file scores with other latents."""
    again = [each for each in found.front_again if each.own]
    if again:
        cost = _cost(found, [each.point for each in again])
        score = np.array([each.own.score for each in again])
        reach = np.abs(np.array([each.file for each in again]).T - score)
        style = {"fmt": "x", "ms": 3.5, "mew": 0.8, "color": "black", "elinewidth": 0.8, "zorder": 5}
        axes.errorbar(cost, score, yerr=reach, label="scored again", **style)
