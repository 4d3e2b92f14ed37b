"""The report as tables: pareto.csv, points.csv, null.csv, pareto.json, and columns.md, which says what columns mean.

`pareto.json` has these keys: `schema`; `study` (the records' header: name, spec, data, features, versions, hardware);
`quality` and `cost` (the objectives; `latency` only once it was measured, until then the cost that was searched in its
place); `points` and `eligible` (counts); `trials` (state → count); `hypervolume`; `sentence`, `scored_by` (whose scores
it tells), `unfinished` and `instead` (sentences, empty where there is nothing to tell); `dense` (point id); `answer`
(the point that is exported without POINT) or null; `headline` ({point, sparsity, saved, change, within, low, high}:
saved is the share of the best dense generator's cost that is gone, of weights the sparsity; change is relative to
dense; low is what is saved surely within that limit, high what may be, null where that is not known) or null; `knee`
(point id) or null; `under_trained`; `indicative`; `front` (the points of pareto.csv with the columns of points.csv,
unrounded); `nulls` ([{name, about, sparsity, n_samples, scores}]); `rescored`, the front scored again on `report`, or
null: {sentence, shrinks, points (that were scored again), front (the points of the whole front), stayed (ids of those
that none of them dominates there), hypervolume_search and hypervolume_report (of the same points), worse_by (quality
under other seeds over that under the one picked, less 1, or null), trainings (with other seeds), agreement (rank
correlation with the referee's, or null)}; `band`, the fronts through the ends of the intervals, or null: {sparsity,
optimistic, pessimistic}, a list each, of the quality; `beaten` (point id → names of the dense networks that take no
more bytes and are no worse).
What is not a finite number is null.
"""

import csv
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import Any

from ganprune.point import FLAT, Point
from study.analysis.findings import Findings
from study.analysis.headline import WITHIN
from study.analysis.intervals import TOLD
from study.analysis.robustness import Band, Rescored
from study.report.columns import again_columns, columns, dictionary, front_columns, measured, null_columns

SCHEMA = 1


def pareto_csv(found: Findings) -> Iterator[str]:
    """Its lines: a row a point of the front."""
    rows = front_rows(found)
    names = front_columns(found, rows)
    return _csv(names, ([row[name] for name in names] for row in rows))


def points_csv(found: Findings) -> Iterator[str]:
    """The same for every point of the study, with all that is known of it."""
    names = columns(found)
    return _csv(names, _rows(found, found.points, names))


def null_csv(found: Findings) -> Iterator[str]:
    """A row a null line; a curve (the random control) has one for each sparsity."""
    rows = [asdict(null) | null.scores for null in found.nulls]
    names = null_columns(found)
    return _csv(names, ([row.get(name) for name in names] for row in rows))


def columns_md(found: Findings) -> Iterator[str]:
    front = front_columns(found, front_rows(found))
    return dictionary({"pareto.csv": front, "points.csv": columns(found), "null.csv": null_columns(found)})


def pareto_json(found: Findings) -> str:
    document = {
        "schema": SCHEMA,
        "study": {key: value for key, value in found.log.header.items() if key not in ("kind", "schema", "time")},
        "quality": found.quality,
        "cost": found.by.cost.name,
        "points": len(found.points),
        "eligible": sum(point.eligible for point in found.points),
        "trials": found.states,
        "hypervolume": found.hypervolume,
        "sentence": found.sentence,
        "scored_by": found.counted.scored_by,
        "unfinished": found.unfinished,
        "instead": found.instead,
        "answer": found.answer and found.answer.id,
        "dense": found.dense and found.dense.id,
        "headline": found.headline and _headline(found, found.headline),
        "knee": found.knee and found.knee.id,
        "under_trained": found.under_trained,
        "indicative": found.indicative,
        "front": front_rows(found),
        "nulls": [asdict(null) for null in found.nulls],
        "rescored": found.rescored and _rescored(found.rescored),
        "band": found.band and _band(found.band),
        "beaten": found.beaten,
    }
    return json.dumps(finite(document), indent=2, allow_nan=False) + "\n"


def front_rows(found: Findings) -> list[dict[str, Any]]:
    names = columns(found)
    return [dict(zip(names, row, strict=True)) for row in _rows(found, found.front, names)]


def _rows(found: Findings, points: Iterable[Point], names: list[str]) -> Iterator[tuple]:
    """The values of these columns, point by point; written for speed, since points.csv may have 200,000."""
    scores, trained = list(measured(found)), found.trained
    known = ["point", *FLAT, *scores, *again_columns(found), "run_id", *trained]
    ordered = itemgetter(*map(known.index, names))  # the first of a name wins
    flat, unknown = attrgetter("id", *FLAT), dict.fromkeys(TOLD)
    for trial, its_points in groupby(points, key=attrgetter("trial")):
        known_settings, run = found.log.trials[trial].trained, found.log.runs.get(trial, "")
        settings = [known_settings.get(name) for name in trained]
        for point in its_points:
            again = found.confirmed[point.id].row() if point.id in found.confirmed else unknown
            scored = map(point.scores.get, scores)
            yield ordered((*flat(point), *scored, *again.values(), run, *settings))


def finite(value: Any) -> Any:
    """The same, with null for what JSON can't say."""
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _headline(found: Findings, point: Point) -> dict[str, Any]:
    low, high = found.headline_range or (None, None)
    change = found.counted.change(point)
    about = {"point": point.id, "sparsity": point.sparsity, "saved": found.by.saved(point)}
    return about | {"change": change, "within": WITHIN, "low": low, "high": high}


def _band(band: Band) -> dict[str, list[float]]:
    ends = {"optimistic": band.optimistic.tolist(), "pessimistic": band.pessimistic.tolist()}
    return {"sparsity": band.sparsity} | ends


def _rescored(front: Rescored) -> dict[str, Any]:
    return {"sentence": front.sentence, "shrinks": front.shrinks} | asdict(front)


class _Line:
    """A file that hands back what is written to it, so that the csv module makes lines without keeping them."""

    def write(self, text: str) -> str:
        return text


def _csv(names: list[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    rows = ([f"{value:.6g}" if isinstance(value, float) else value for value in row] for row in rows)
    return map(csv.writer(_Line(), lineterminator="\n").writerow, chain([names], rows))
