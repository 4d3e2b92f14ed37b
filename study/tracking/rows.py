"""From records to the rows of an MLflow run: pure functions, so that logging twice writes the same row twice."""

import json
import math
from typing import Any

from ganprune.methods import METHODS
from ganprune.objective import SPARSITY, Objectives
from ganprune.point import Point
from study.analysis.findings import Findings
from study.analysis.headline import WITHIN
from study.analysis.pareto import dense, hypervolume
from study.analysis.subject import facts, subject
from study.records.study import TrialLog
from study.tracking import saved_view
from study.tracking.client import Metric, Param, RunTag
from study.tracking.notes import NOTE, legend

# The plain metrics of a run, beside its curve: a point of it, what sums it up, and what was trained, since MLflow
# compares numbers among metrics alone. A dozen at most, or its UI drowns in columns.
POINT = ("sparsity", "skill", "uqi", "ssim", "ms_ssim")  # and the study's objectives
TRAINED = ("lr_g", "lr_ratio", "epochs")
ANSWER, NEAR = "the study's answer", f"the cheapest within {100 * WITHIN:g} % of the best dense generator"
CURVE = "curve"  # under which a point is a step of its trial's last epoch
OWN = "that of its own settings"  # what a run's plain metrics are of

# Trials logged with curve and strips. Later ones only if the saved view shows them or they are on the front: more than
# anybody looks at makes MLflow slow.
WHOLE = 500

ENDED = ("FINISHED", "FAILED")  # statuses of a run that is whole
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
    """With those of earlier epochs beside it, as far as they were scored from as many pictures."""
    pictures = {point.n_samples for point in trial.last_curve}
    return [row for point in trial.curve if point.n_samples in pictures for row in trial_rows(point, trial)]


def trial_rows(point: Point, trial: TrialLog, model_id: str | None = None) -> list[Metric]:
    """A point as its trial's run has it: under `curve-e<epoch>/...` where the trial has gone on since."""
    last = max(each.epoch for each in trial.points.values())
    return point_rows(point, trial, model_id, CURVE if point.epoch == last else f"{CURVE}-e{point.epoch}")


def point_rows(point: Point, trial: TrialLog, model_id: str | None = None, under: str = CURVE) -> list[Metric]:
    """A point as one step of `curve/...`; with `model_id` the same rows count for that model, too."""
    return rows(_prefixed(under, _figures(point)), milliseconds(trial.time), step_of(point), model_id)


def rows(values: dict[str, float | None], time: int, step: int = 0, model_id: str | None = None) -> list[Metric]:
    """What is unknown or not finite is left out: MLflow would draw infinity as 1.8e308."""
    finite = {name: value for name, value in values.items() if value is not None and math.isfinite(value)}
    return [Metric(name, value, time, step, model_id=model_id) for name, value in finite.items()]


def summary(trial: TrialLog, by: Objectives) -> list[Metric]:
    """The plain metrics of a trial; how many of its points are on the front is known when the study ends."""
    trained = {name: trial.trained[name] for name in TRAINED if name in trial.trained}
    values = {"hypervolume": own_area(trial, by), "front_points": 0, **trained, **plain(trial.own, by)}
    return rows(values, milliseconds(trial.time))


def own_area(trial: TrialLog, by: Objectives) -> float | None:
    """The trial's hypervolume, held against its own dense generator: that of the study is not known yet. None where
    its cost needs a dense generator and the trial has none."""
    whole = dense(trial.curve, by)
    known = whole or by.searched.cost.metric == SPARSITY
    return hypervolume(trial.curve, by.searched.against(whole)) if known else None


def shown(trial: TrialLog, found: Findings) -> tuple[Point | None, str]:
    """The point that the trial's plain metrics are of once the study has an end, and what makes it that."""
    if found.answer and found.answer.trial == trial.number:
        return found.answer, ANSWER
    limit = found.dense.scores[found.quality] * (1 + WITHIN) if found.dense else -math.inf
    near = [point for point in trial.last_curve if point.eligible and point.scores[found.quality] <= limit]
    return (sorted(near, key=found.searched.saved)[-1], NEAR) if near else (trial.own, OWN)


def marks(trial: TrialLog, found: Findings, front_points: int) -> dict[str, str]:
    """Tags of a trial's run that depend on the other trials."""
    point, why = shown(trial, found)
    return {"on_front": str(front_points > 0).lower()} | ({"point": point.id, "point_is": why} if point else {})


def shown_rows(trial: TrialLog, found: Findings, front_points: int, now: int) -> list[Metric]:
    """The same as metrics; a later step than what was shown before."""
    point, _ = shown(trial, found)
    return rows({"front_points": front_points} | plain(point, found.by), now, len(found.log.ended))


def front_rows(found: Findings, now: int) -> list[Metric]:
    """The front, a step a point, by names that no trial's run has: a chart of them shows nothing else."""
    names = ("sparsity", found.by.cost.metric, found.quality)
    values = ((point, {name: _figures(point).get(name) for name in names}) for point in found.front)
    return [row for point, each in values for row in rows(_prefixed("front", each), now, step_of(point))]


def plain(point: Point | None, by: Objectives) -> dict[str, float]:
    figures = _figures(point) if point else {}
    return {name: figures[name] for name in (*POINT, by.cost.metric, by.quality.metric) if name in figures}


def params(trial: TrialLog) -> list[Param]:
    """All its settings, as they were trained, by flat names."""
    settings = trial.settings
    prune = settings.prune.model_dump(exclude={"targets", "own"}) | settings.prune.own
    model = settings.model.model_dump(exclude={"name"}) | {"model": settings.model.name}
    return as_params(settings.train.model_dump(exclude={"epochs"}) | prune | model | trial.trained)


def as_params(values: dict[str, Any]) -> list[Param]:
    return [Param(name, str(value)) for name, value in values.items()]


def tags(trial: TrialLog, header: dict) -> list[RunTag]:
    color = COLORS[list(METHODS).index(trial.settings.prune.method) % len(COLORS)]
    found = {"state": state(trial), "on_front": "false", saved_view.COLOR_TAG: color, **facts(header)}
    if trial.ended and trial.ended.reason:
        found["reason"] = trial.ended.reason
    if trial.own:
        found |= {"point": trial.own.id, "point_is": OWN}
    return as_tags(found)


def study_params(header: dict) -> list[Param]:
    spec = {name: value for name, value in header["spec"].items() if isinstance(value, str | int | float)}
    versions = {f"version/{name}": value for name, value in header["versions"].items()}
    return as_params({"fingerprint": header["data"]["fingerprint"]} | spec | versions)


def study_tags(found: Findings, table: str) -> list[RunTag]:
    """What it is about and what it found, which point its plain metrics are of, and what the UI may show as a table."""
    tables = json.dumps([{"path": table, "type": "table"}])
    point = {"point": found.answer.id, "point_is": ANSWER} if found.answer else {}
    note = f"{subject(found.log.header)}\n\n{found.sentence}\n\n{legend(found.by)}"
    return as_tags({NOTE: note, "mlflow.loggedArtifacts": tables} | facts(found.log.header) | point)


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


def step_of(point: Point) -> int:
    """Per mille of sparsity."""
    return round(1000 * point.sparsity)


def _prefixed(prefix: str, values: dict[str, float]) -> dict[str, float]:
    return {f"{prefix}/{name}": value for name, value in values.items()}


def _figures(point: Point) -> dict[str, float]:
    return {"sparsity": point.sparsity, "threshold": point.threshold, "fcd_stale": point.fcd_stale, **point.scores}
