"""The columns of pareto.csv, points.csv and null.csv: which there are, in which order, and what each means."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ganprune.metrics import METRICS
from ganprune.objective import qualities
from study.analysis.findings import Findings
from study.analysis.intervals import TOLD, column
from study.analysis.latency import LATENCY

IDS = ("point", "trial", "method", "threshold", "epoch", "sparsity")
SCORES = ("skill", "coverage", "uqi", "ssim", "ms_ssim", "params", "nonzero_params", "macs", "bytes")
INTERNAL = (
    "target",
    "sparsity_all",
    "fcd_stale",
    "weights",
    "seconds",
    "images",
    "device",
    "torch",
)  # of points.csv alone

MEANINGS = {
    "point": "Its id, as POINT=… of `make export` takes it",
    "trial": "Number of the trial: one training, one method, one curve",
    "method": "How weights were picked",
    "threshold": "The method's own knob, in its own unit: percent, standard deviations or a fraction; empty where it"
    " has none",
    "epoch": "Epochs that the generator was trained for",
    "n_samples": "Generated pictures that the scores were taken from",
    "run_id": "MLflow's run of the trial; empty while MLflow has none",
    "eligible": "Whether it may stand on the front: skill above 0, coverage at least half of the dense generator's, and"
    " scored with the study's full number of pictures",
    "target": "Shared sparsity that the threshold was solved for; empty for the trial's own settings",
    "sparsity_all": "Fraction of all parameters that are zero or gone, 0 to 1",
    "fcd_stale": "fcd as pruned, before batch norm was recalibrated or anything recovered",
    "weights": "Hash of the pruned generator's weights",
    "seconds": "Time to draw and score it, in seconds; what made it is not counted",
    "images": "Training pictures shown to decide what goes, and to recover it",
    "device": "Kind of device that it was trained on",
    "torch": "Version of torch that it was trained with; empty in early records",
    "lr_g": "Learning rate of the generator, as trained",
    "lr_ratio": "The generator's learning rate over the discriminator's, as trained",
    "recovery": "What was done to the pruned generator, its masks held, before it was scored",
    "recovery_steps": "Its steps; of all points of a curve together where it goes along the curve",
    "recovery_rate": "Its learning rates over those of training",
    "recovery_decay": "Whether these rates fall to nothing, linearly",
    "recovery_along": "Whether each point's recovery begins where that of the point before ended",
    "name": "Of the null line: what no method may claim credit for beating",
    "about": "What the null line is",
}
AGAIN = {  # by intervals.TOLD
    "report": "{} once more, from more pictures and against real ones that no search saw",
    "referee": "The same in the features of a second network",
    "file_lo": "Lower end of where this very generator's {}_report lies with other latents, 95 % of the time",
    "file_hi": "Upper end of it",
    "setting_lo": "Lower end of where it lies when these settings are trained from one more seed, 95 % of the time",
    "setting_hi": "Upper end of it; infinite where a training diverged",
}


def columns(found: Findings) -> list[str]:
    """Of points.csv: those that are promised, what scoring again gave, what else was measured, how it was trained."""
    others = [*known_first(found.scored), *INTERNAL, *found.trained]
    return list(dict.fromkeys([*_promised(found), *again_columns(found), *others, "eligible"]))


def front_columns(found: Findings, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Of pareto.csv, whose rows these are: those that are promised, and what tells its points apart."""
    once_known = (name for name in (*again_columns(found), *LATENCY) if any(row.get(name) is not None for row in rows))
    kept = [*_promised(found), *once_known]
    others = [name for name in columns(found) if name not in INTERNAL and len({row[name] for row in rows}) > 1]
    return list(dict.fromkeys([*kept, *others]))


def null_columns(found: Findings) -> list[str]:
    scores = known_first(name for null in found.nulls for name in null.scores)
    return ["name", "about", "sparsity", "n_samples", *scores]


def dictionary(tables: dict[str, Sequence[str]]) -> Iterator[str]:
    """Lines of Markdown: what the columns of these tables mean, each told where it comes first."""
    yield "# Columns\n\nFigures have at most six significant digits; the study's records have all of them.\n"
    told: set[str] = set()
    for name, its_columns in tables.items():
        new = [column for column in its_columns if column not in told]
        yield f"\n## {name}{', besides' if told else ''}\n\n"
        yield from (f"- `{column}`: {meaning(column)}.\n" for column in new)
        told |= {*new}


def again_columns(found: Findings) -> list[str]:
    return [column(found.quality, told) for told in TOLD]


def measured(found: Findings) -> set[str]:
    """Metrics that have a column: some point has them, or they are promised."""
    return {found.by.cost.metric, found.quality, *SCORES} | found.scored


def _promised(found: Findings) -> list[str]:
    return [*IDS, found.by.cost.metric, found.quality, "n_samples", *SCORES, "run_id"]


def known_first(names: Iterable[str]) -> list[str]:
    """Metrics in the order of their shelf, then others."""
    names = set(names)
    return [name for name in METRICS if name in names] + sorted(names - METRICS.keys())


def meaning(name: str) -> str:
    """What a column holds, its unit and which way is better."""
    if name not in METRICS:
        again = {column(each, told): about.format(each) for each in qualities() for told, about in AGAIN.items()}
        return (MEANINGS | again).get(name, f"The setting `{name}`, as trained")
    metric = METRICS[name]
    unit = f" ({metric.unit})" if metric.unit else ""
    better = "" if metric.better == "neither" else f"; {metric.better} is better"
    return f"{metric.title}{unit}{better}"
