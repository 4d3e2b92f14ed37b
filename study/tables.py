"""The report as tables: pareto.csv, points.csv, null.csv and pareto.json.

`pareto.json` has these keys: `schema`; `study` (the records' header: name, spec, data, features, versions, hardware);
`quality`; `points` and `eligible` (counts); `trials` (state → count); `hypervolume`; `dense` (point id); `headline`
({point, sparsity, change, within, low, high}: change is relative to dense, low and high are the sparsity if the limit
moved by re-scoring noise, null where that is not known) or null; `knee` (point id) or null; `under_trained`;
`indicative`; `front` (the rows of pareto.csv); `nulls` ([{name, about, sparsity, n_samples, scores}]).
What is not a finite number is null.
"""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from ganprune.metrics import METRICS
from ganprune.point import Point
from study.findings import Findings
from study.pareto import WITHIN

SCHEMA = 1
RunIds = dict[int, str]  # MLflow's run of each trial, where it has one


def pareto_csv(found: Findings, run_ids: RunIds) -> str:
    """A row a point of the front."""
    return _csv(columns(found), front_rows(found, run_ids))


def points_csv(found: Findings, run_ids: RunIds) -> str:
    """The same for every point of the study, and whether it is eligible."""
    return _csv([*columns(found), "eligible"], _rows(found, found.points, run_ids))


def null_csv(found: Findings) -> str:
    """A row a null line; a curve (the random control) has one for each sparsity."""
    rows = [asdict(null) | null.scores for null in found.nulls]
    scores = _known_first({name for null in found.nulls for name in null.scores})
    return _csv(["name", "about", "sparsity", "n_samples", *scores], rows)


def pareto_json(found: Findings, run_ids: RunIds) -> str:
    names = columns(found)
    front = [{name: row.get(name) for name in names} for row in front_rows(found, run_ids)]
    document = {
        "schema": SCHEMA,
        "study": {key: value for key, value in found.log.header.items() if key not in ("kind", "schema", "time")},
        "quality": found.quality,
        "points": len(found.points),
        "eligible": sum(point.eligible for point in found.points),
        "trials": found.states,
        "hypervolume": found.hypervolume,
        "dense": found.dense and found.dense.id,
        "headline": found.headline and _headline(found, found.headline),
        "knee": found.knee and found.knee.id,
        "under_trained": found.under_trained,
        "indicative": found.indicative,
        "front": front,
        "nulls": [asdict(null) for null in found.nulls],
    }
    return json.dumps(finite(document), indent=2, allow_nan=False) + "\n"


def columns(found: Findings) -> list[str]:
    """Those that are promised, in their order; then whatever else was measured; then what Optuna drew."""
    promised = [
        *(
            "point",
            "trial",
            "method",
            "threshold",
            "epoch",
            "sparsity",
            found.quality,
            "n_samples",
            "skill",
            "coverage",
        ),
        *("uqi", "ssim", "ms_ssim", "params", "nonzero_params", "macs", "bytes", "run_id"),
    ]
    scores = _known_first({name for point in found.points for name in point.scores})
    about = ["target", "sparsity_all", "fcd_stale", "weights", "seconds", "images"]
    drawn = sorted({name for trial in found.log.trials.values() for name in trial.drawn})
    taken = {*promised, "eligible"}
    return promised + [name for name in dict.fromkeys([*scores, *about, *drawn]) if name not in taken]


def front_rows(found: Findings, run_ids: RunIds) -> list[dict[str, Any]]:
    return list(_rows(found, found.front, run_ids))


def _rows(found: Findings, points: Iterable[Point], run_ids: RunIds) -> Iterator[dict[str, Any]]:
    for point in points:
        drawn = found.log.trials[point.trial].drawn
        yield drawn | point.row() | {"run_id": run_ids.get(point.trial, "")}


def finite(value: Any) -> Any:
    """The same, with null for what JSON can't say."""
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _headline(found: Findings, point: Point) -> dict[str, Any]:
    low, high = found.headline_range or (None, None)
    change = found.change(point)
    return {"point": point.id, "sparsity": point.sparsity, "change": change, "within": WITHIN, "low": low, "high": high}


def _known_first(names: set[str]) -> list[str]:
    return [name for name in METRICS if name in names] + sorted(names - METRICS.keys())


def _csv(names: list[str], rows: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(names)
    lines.writerows([row.get(name) for name in names] for row in rows)
    return text.getvalue()
