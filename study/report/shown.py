"""Which curves and null lines a plot draws: a bounded choice, the same for paper and page."""

from itertools import groupby
from math import isfinite, nan

from ganprune.objective import SPARSITY, Objectives
from ganprune.point import NullLine
from study.analysis.evenly import evenly
from study.analysis.findings import Findings
from study.analysis.size_baselines import SMALLER, smaller_nulls
from study.records.study import TrialLog

MOST_CURVES = 150  # more hide each other, and make the page heavy
FAR = 2.5  # a null line this many times above every eligible point is told, not drawn


def curves_drawn(found: Findings) -> list[TrialLog]:
    """The trials of the front, and as many others as fit, evenly over the study."""
    on_front = {point.trial for point in found.front}
    scored = [trial for trial in found.log.trials.values() if trial.points]
    first = [trial for trial in scored if trial.number in on_front][:MOST_CURVES]
    others = [trial for trial in scored if trial.number not in on_front]
    return sorted([*first, *evenly(others, MOST_CURVES - len(first))], key=lambda trial: trial.number)


def saved_title(by: Objectives) -> str:
    """Of the axis to the right."""
    of_weights = by.cost.metric == SPARSITY
    return "Sparsity" if of_weights else f"Saved of the {by.cost.what}"


def method_names(found: Findings) -> list[str]:
    return sorted({trial.settings.prune.method for trial in found.log.trials.values()})


def null_levels(found: Findings, metric: str) -> list[tuple[str, float]]:
    """(name, value) of the horizontal null lines that know this metric, lowest first.

    Smaller dense networks are none: they stand on the axis of bytes, as points.
    """
    lines = [null for null in found.nulls if null.sparsity is None and null.name not in SMALLER]
    level = [null for null in lines if isfinite(null.scores.get(metric, nan))]
    return sorted(((null.name, null.scores[metric]) for null in level), key=lambda each: each[1])


def null_curves(found: Findings, metric: str) -> dict[str, list[NullLine]]:
    """The null lines that depend on sparsity, by name, from dense to sparsest."""
    curve = [null for null in found.nulls if null.sparsity is not None and isfinite(null.scores.get(metric, nan))]
    curve.sort(key=lambda null: (null.name, null.sparsity))
    return {name: list(nulls) for name, nulls in groupby(curve, key=lambda null: null.name)}


def quality_top(found: Findings) -> float:
    """The upper end of a quality axis: room for every eligible point, scored again or not, and the null lines near."""
    shown = [point for trial in curves_drawn(found) for point in trial.last_curve]
    values = [p.scores[found.quality] for p in shown if isfinite(p.scores.get(found.quality, nan))]
    able = [p.scores[found.quality] for p in [*shown, *found.front] if p.eligible] or values or [1.0]
    again = [each.own.hi for each in found.front_again if each.own]
    levels = [value for _, value in null_levels(found, found.quality)]
    levels += [null.scores[found.quality] for null in smaller_nulls(found.nulls, found.quality)]
    near = [value for value in [*levels, *again] if value < FAR * max(able)]
    return 1.1 * max([*able, *near])
