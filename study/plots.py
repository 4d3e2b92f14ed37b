"""The front as a figure for a paper: PNG and vector PDF, one column wide, legible when printed in grey."""

import io

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ganprune.config import TARGET_SPARSITIES
from ganprune.metrics import METRICS
from study.curves import curves_drawn, method_names, null_curves, null_levels, quality_top
from study.findings import Findings
from study.pareto import cost_axis

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
GREYS = ("white", "0.75", "black", "0.45", "white", "0.75", "black")


def front_figures(found: Findings) -> dict[str, bytes]:
    """The figure in both formats, by file name; the same bytes for the same study."""
    with rc_context(STYLE):
        figure = _draw(found)
        png = _saved(figure, "png", {"Software": None})
        pdf = _saved(figure, "pdf", {"CreationDate": None, "Creator": None, "Producer": None})
    return {"front.png": png, "front.pdf": pdf}


def _saved(figure: Figure, kind: str, metadata: dict) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=kind, metadata=metadata)
    return file.getvalue()


def _draw(found: Findings) -> Figure:
    figure = Figure(figsize=(3.5, 2.6), layout="constrained")
    axes = figure.add_subplot()
    _draw_axes(axes, found)
    _draw_curves(axes, found)
    _draw_nulls(axes, found)
    if found.front:
        _draw_front(axes, found)
    axes.legend(loc="upper left", frameon=False, handlelength=1.6, borderaxespad=0.2)
    return figure


def _draw_axes(axes: Axes, found: Findings) -> None:
    axes.set_xticks(cost_axis(TARGET_SPARSITIES), [f"{100 * sparsity:g}" for sparsity in TARGET_SPARSITIES])
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(0, quality_top(found))
    axes.set_xlabel("Sparsity of the prunable weights, % (log scale)")
    axes.set_ylabel(f"{METRICS[found.quality].title}, {found.quality}", fontsize=6.5)


def _draw_curves(axes: Axes, found: Findings) -> None:
    for trial in curves_drawn(found):
        cost = cost_axis([point.sparsity for point in trial.curve])
        axes.plot(cost, [point.scores.get(found.quality) for point in trial.curve], color="0.82", lw=0.5, zorder=1)


def _draw_nulls(axes: Axes, found: Findings) -> None:
    for name, level in null_levels(found, found.quality):
        if level < axes.get_ylim()[1]:
            axes.axhline(level, color="0.4", lw=0.6, ls=(0, (1, 2)), zorder=2)
            _label(axes, name, level)
    for name, nulls in null_curves(found, found.quality).items():
        level = [null.scores[found.quality] for null in nulls]
        axes.plot(cost_axis([null.sparsity for null in nulls]), level, color="0.4", lw=0.8, ls="--", label=name)


def _label(axes: Axes, name: str, level: float) -> None:
    halo = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
    where = {"xycoords": ("axes fraction", "data"), "xytext": (0, 1.5), "textcoords": "offset points"}
    axes.annotate(name, (1, level), ha="right", va="bottom", fontsize=5.5, bbox=halo, zorder=2, **where)


def _draw_front(axes: Axes, found: Findings) -> None:
    cost = cost_axis([point.sparsity for point in found.front])
    quality = [point.scores[found.quality] for point in found.front]
    # A point serves every demand for LESS sparsity, back to its neighbour on the left.
    axes.step([0, *cost], quality[:1] + quality, where="pre", color="black", lw=1, zorder=3)
    for index, method in enumerate(method_names(found)):
        own = [at for at, point in enumerate(found.front) if point.method == method]
        style = {"marker": MARKERS[index % len(MARKERS)], "color": GREYS[index % len(GREYS)]}
        if own:
            axes.scatter(
                cost[own], [quality[at] for at in own], s=16, edgecolor="black", lw=0.7, zorder=4, label=method, **style
            )
