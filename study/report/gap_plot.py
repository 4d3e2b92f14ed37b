"""How far discriminators told real from drawn pictures while networks were fine-tuned: a line an arm."""

from matplotlib import rc_context
from matplotlib.figure import Figure

from study.analysis.compared import Compared
from study.report.plots import STYLE, saved

STYLES = ("-", "--", ":")  # of lines, once colours are through


def gap_figures(found: Compared) -> dict[str, bytes]:
    """By file name; none where nothing was fine-tuned, or before gaps were recorded."""
    arms = dict.fromkeys(arm.name for arm in found.comparison.arms)
    gaps = {arm: gap for arm in arms if (gap := found.runs.gap(arm, found.seeds))}
    with rc_context(STYLE):
        return saved({"gap": _figure(gaps)}) if gaps else {}


def _figure(gaps: dict[str, list[float]]) -> Figure:
    """`gaps`: means over seeds, by arm."""
    figure = Figure(figsize=(5.5, 2.6), layout="constrained")
    axes = figure.subplots()
    for number, (arm, gap) in enumerate(gaps.items()):
        way = [(look + 1) / len(gap) for look in range(len(gap))]
        axes.plot(way, gap, lw=0.9, color=f"C{number % 10}", ls=STYLES[number // 10 % len(STYLES)], label=arm)
    axes.set_xlabel("share of the fine-tuning", fontsize=6)
    axes.set_ylabel("mean logit of real pictures above drawn ones", fontsize=6)
    axes.legend(fontsize=5, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure
