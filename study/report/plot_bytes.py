"""The front over bytes, for a paper: where pruned generators meet dense ones of fewer bits and fewer channels."""

from math import nan

from matplotlib.axes import Axes
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

from ganprune.metrics import METRICS
from study.analysis.findings import Findings
from study.analysis.size_baselines import SIZE, SMALLER, smaller_nulls
from study.report.shown import curves_drawn


def draw_over_bytes(axes: Axes, found: Findings) -> None:
    """Smaller to the right, as sparser is in the figure beside it."""
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(EngFormatter("B", sep=" "))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(f"{METRICS[SIZE].title} (log scale, smaller to the right)")
    for trial in curves_drawn(found):
        _draw(axes, found, trial.last_curve, color="0.75", lw=0.5, zorder=1)
    front = found.size_front
    # A point serves every demand for MORE bytes, back to its larger neighbour.
    _draw(axes, found, front, drawstyle="steps-pre", marker="o", ms=2.5, color="black", lw=1, zorder=5, label="front")
    _draw_smaller(axes, found)
    axes.invert_xaxis()


def _draw(axes: Axes, found: Findings, rows: list, **style) -> None:
    sizes = [row.scores.get(SIZE, nan) for row in rows]
    axes.plot(sizes, [row.scores.get(found.quality, nan) for row in rows], **style)


def _draw_smaller(axes: Axes, found: Findings) -> None:
    smaller = smaller_nulls(found.nulls, found.quality)
    if smaller:
        style = {"ls": "", "marker": "s", "ms": 5, "mfc": "white", "mec": "black", "zorder": 4}
        _draw(axes, found, smaller, label="dense, small without pruning", **style)
    halo = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
    for null in smaller:
        place = null.scores[SIZE], null.scores[found.quality]
        style = {"textcoords": "offset points", "ha": "center", "va": "center", "fontsize": 5.5, "bbox": halo}
        lift = -8 if "bits" in null.name else 8
        axes.annotate(SMALLER[null.name], place, xytext=(0, lift), zorder=6, annotation_clip=True, **style)
