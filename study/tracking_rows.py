"""From records to the rows of an MLflow run: pure functions, so that logging twice writes the same row twice."""

import json
import math
from typing import Any

from ganprune.point import Point
from ganprune.pruning import METHODS
from study import saved_view
from study.findings import Findings
from study.pareto import hypervolume
from study.study_log import TrialLog
from study.tracking_client import Metric, Param, RunTag

# The plain metrics of a run, beside its curve: a point of it, what sums it up, and what was drawn, since MLflow
# compares numbers among metrics alone. A dozen at most, or its UI drowns in columns.
POINT = ("sparsity", "skill", "coverage", "uqi", "ssim", "ms_ssim")  # and the study's quality metric
DRAWN = ("lr_g", "lr_ratio", "epochs")

# Trials logged with curve and strips. Later ones only if the saved view shows them or they are on the front: more than
# anybody looks at makes MLflow slow.
WHOLE = 500

STATUS = {"completed": "FINISHED", "stopped": "FINISHED", "diverged": "FAILED", "failed": "FAILED", "open": "KILLED"}
COLORS = ("#1F77B4", "#FF7F0E", "#2CA02C", "#9467BD", "#8C564B", "#17BECF", "#BCBD22", "#7F7F7F")  # one a method
FRONT_COLOR = "#D6002A"


def milliseconds(time: float) -> int:
    return round(1000 * time)


def state(trial: TrialLog) -> str:
    return trial.ended.state if trial.ended else "open"


def end(trial: TrialLog) -> int:
    return milliseconds(trial.ended.time if trial.ended else trial.time)


def curve(trial: TrialLog) -> list[Metric]:
    return [row for point in trial.last_curve for row in point_rows(point, trial)]


def point_rows(point: Point, trial: TrialLog, model_id: str | None = None) -> list[Metric]:
    """A point as one step of `curve/...`; with `model_id` the same rows count for that model, too."""
    values = {f"curve/{name}": value for name, value in _figures(point).items()}
    return rows(values, milliseconds(trial.time), round(1000 * point.sparsity), model_id)


def rows(values: dict[str, float | None], time: int, step: int = 0, model_id: str | None = None) -> list[Metric]:
    """What is unknown or not finite is left out: MLflow would draw infinity as 1.8e308."""
    finite = {name: value for name, value in values.items() if value is not None and math.isfinite(value)}
    return [Metric(name, value, time, step, model_id=model_id) for name, value in finite.items()]


def summary(trial: TrialLog, quality: str) -> list[Metric]:
    """The plain metrics of a trial; how many of its points are on the front is known when the study ends."""
    settings = trial.settings.train
    drawn = {"lr_g": settings.lr_g, "lr_ratio": settings.lr_g / settings.lr_d, "epochs": settings.epochs}
    values = {"hypervolume": hypervolume(trial.curve), "front_points": 0, **drawn, **plain(trial.own, quality)}
    return rows(values, milliseconds(trial.time))


def plain(point: Point | None, quality: str) -> dict[str, float]:
    figures = _figures(point) if point else {}
    return {name: figures[name] for name in (*POINT, quality) if name in figures}


def params(trial: TrialLog) -> list[Param]:
    """What was drawn and what it was made into, by flat names."""
    settings = trial.settings
    prune = settings.prune.model_dump(exclude={"targets"})
    model = settings.model.model_dump(exclude={"name"}) | {"model": settings.model.name}
    lr_ratio = settings.train.lr_g / settings.train.lr_d
    return as_params({"lr_ratio": lr_ratio} | trial.drawn | settings.train.model_dump() | prune | model)


def as_params(values: dict[str, Any]) -> list[Param]:
    return [Param(name, str(value)) for name, value in values.items()]


def tags(trial: TrialLog) -> list[RunTag]:
    color = COLORS[list(METHODS).index(trial.settings.prune.method) % len(COLORS)]
    found = {"state": state(trial), "on_front": "false", saved_view.COLOR_TAG: color}
    if trial.ended and trial.ended.reason:
        found["reason"] = trial.ended.reason
    return as_tags(found)


def study_params(header: dict) -> list[Param]:
    spec = {name: value for name, value in header["spec"].items() if isinstance(value, str | int | float)}
    versions = {f"version/{name}": value for name, value in header["versions"].items()}
    return as_params({"fingerprint": header["data"]["fingerprint"]} | spec | versions)


def study_tags(found: Findings, table: str) -> list[RunTag]:
    """What it found, in a sentence, and which of its artifacts the UI may show as a table."""
    tables = json.dumps([{"path": table, "type": "table"}])
    return as_tags({"mlflow.note.content": found.sentence, "mlflow.loggedArtifacts": tables})


def as_tags(values: dict[str, str]) -> list[RunTag]:
    return [RunTag(name, value) for name, value in values.items()]


def hypervolume_rows(found: Findings) -> list[Metric]:
    """The study's hypervolume at step = trials ended; beyond some hundred, at those that raised it."""
    ends = sorted(end(trial) for trial in found.log.ended)
    areas = [area for _, _, area in found.history]
    steps = enumerate(zip(ends, areas, [0.0, *areas], strict=False), 1)
    return [
        Metric("hypervolume", now, time, step) for step, (time, now, before) in steps if step <= WHOLE or now > before
    ]


def _figures(point: Point) -> dict[str, float]:
    return {"sparsity": point.sparsity, "threshold": point.threshold, "fcd_stale": point.fcd_stale, **point.scores}
