"""A comparison as a figure for a paper: a panel a group, every seed a dot, the mean with its interval."""

from collections.abc import Sequence
from math import exp, log
from statistics import fmean, geometric_mean, stdev
from textwrap import fill

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from ganprune.metrics import METRICS
from study.analysis.compared import Compared, Row
from study.analysis.paired import LEVEL, quantile
from study.report.plots import STYLE, saved
from study.settings.comparison import Group

ROOM = 1.15  # beside the best and the worst score
PANEL, MARGIN = 1.9, 0.8  # inches
FEWEST = 2  # panels that there is room for, or a page would enlarge the letters of one
LETTERS = 30  # of a title in a row
NARROW = 5  # times, below which a scale has few marks of its own


def compare_figures(found: Compared) -> dict[str, bytes]:
    """By file name; the same bytes for the same records."""
    with rc_context(STYLE):
        return saved({"compare": _figure(found)})


def _figure(found: Compared) -> Figure:
    groups = [group for group in found.comparison.groups if group.alike]
    rows = max(len(group.arms) for group in groups)
    size = (1.6 + PANEL * max(len(groups), FEWEST), MARGIN + 0.24 * rows)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(1, len(groups), squeeze=False)[0]
    for axes, group in zip(panels, groups, strict=True):
        _draw(axes, found, group)
    figure.supxlabel("log scales, less is better", fontsize=6)
    return figure


def _draw(axes: Axes, found: Compared, group: Group) -> None:
    rows = found.rows[group.title][::-1]
    low, high = _range(found, found.metric(group))
    axes.set_title(fill(group.title, LETTERS), fontsize=7)
    axes.set_xlabel(fill(METRICS[found.metric(group)].title, LETTERS), fontsize=6)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)) if high > NARROW * low else MaxNLocator(3))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(low, high)
    axes.set_yticks(range(len(rows)), [row.arm for row in rows], fontsize=6)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    _draw_dense(axes, list(found.dense_of(group.metric).values()))
    for place, row in enumerate(rows):
        _draw_row(axes, place, row)


def _draw_dense(axes: Axes, scores: Sequence[float]) -> None:
    """The dense line, as broad as its seeds are apart."""
    if scores:
        axes.axvspan(min(scores), max(scores), color="0.88", lw=0, zorder=0)
        axes.axvline(geometric_mean(scores), color="0.4", lw=0.6, ls=(0, (1, 2)), zorder=1)


def _draw_row(axes: Axes, place: int, row: Row) -> None:
    scores = list(row.scores.values())
    if not scores:
        axes.annotate(row.word, (0.03, place), xycoords=("axes fraction", "data"), va="center", fontsize=5, color="0.4")
        return
    color = "black" if row.competes else "0.5"
    axes.plot(scores, [place] * len(scores), ls="", marker="|", ms=5, mew=0.6, color="0.55", zorder=2)
    axes.plot(_interval(scores), [place] * 2, color=color, lw=1, zorder=3)
    filled = color if row.competes else "white"
    axes.plot(geometric_mean(scores), place, marker="o", ms=4, mfc=filled, color=color, zorder=4)


def _range(found: Compared, metric: str) -> tuple[float, float]:
    """What was scored by it in any group, whatever intervals reach to."""
    groups = [group for group in found.comparison.groups if found.metric(group) == metric]
    rows = [row for group in groups for row in found.rows[group.title]]
    dense = found.dense_of(metric).values()
    scores = [*dense, *(score for row in rows for score in row.scores.values())] or [1.0]
    return min(scores) / ROOM, max(scores) * ROOM


def _interval(scores: Sequence[float]) -> tuple[float, float]:
    """Of the mean over seeds, 95 %; a point where there is one seed."""
    logs = [log(score) for score in scores]
    reach = quantile(len(logs) - 1, LEVEL) * stdev(logs) / len(logs) ** 0.5 if len(logs) > 1 else 0.0
    return exp(fmean(logs) - reach), exp(fmean(logs) + reach)
