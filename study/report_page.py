"""The report as one page: everything inlined, nothing fetched, every word from the study escaped."""

import base64
import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ganprune.metrics import METRICS
from ganprune.point import Point
from study import pareto
from study.charts import drift_chart, hypervolume_chart, quality_chart
from study.findings import Findings
from study.headline import WITHIN
from study.page_table import front_table, number, percent
from study.spec import spelled
from study.study_log import StudyLog, TrialLog
from study.tables import RunIds, finite

TEMPLATES = Path(__file__).with_name("templates")
PLOTLY = TEMPLATES / "plotly-basic.min.js"  # plotly.js-basic-dist-min of npm: a quarter of what plotly.py carries
MOST_STRIPS = 12
MOST_REASONS = 10
STATES = ("completed", "stopped", "diverged", "failed", "open")


@dataclass(frozen=True)
class Strip:
    """A row of generated pictures, inlined."""

    point: Point
    picture: str  # data URI


def page(found: Findings, run_ids: RunIds, samples: Path, figure: bytes) -> str:
    """`samples` holds the strips of pictures; `figure` is the front as PNG, for readers without scripts."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    jinja.filters |= {"percent": percent, "number": number}
    charts = {"front": quality_chart(found), "drift": drift_chart(found), "hypervolume": hypervolume_chart(found)}
    return jinja.get_template("report.html").render(
        found=found,
        pareto=pareto,
        metrics=METRICS,
        within=WITHIN,
        charts=finite(charts),
        plotly=PLOTLY.read_text(),
        table=front_table(found, run_ids),
        figure=_data_uri(figure),
        curve_strips=strips(_knee_curve(found), samples),
        front_strips=strips(_spread(found.front), samples),
        trials=_trials(found),
        sections=_sections(found),
        command=command(found),
    )


def strips(points: Iterable[Point], samples: Path) -> list[Strip]:
    """The pictures of those points that have any."""
    files = [(point, samples / f"{point.id}.png") for point in points]
    return [Strip(point, _data_uri(file.read_bytes())) for point, file in files if file.is_file()]


def command(found: Findings) -> str:
    """What to type to get this study again: what was asked, not what came of it."""
    spec = found.log.header.get("spec", {})
    given = {name: spec[name] for name in ("dataset", "space", "quality", "seed") if spec.get(name) is not None}
    variables = {"name": found.name, **given, **_budget(found.log)}
    return " ".join(["make study", *(f"{name.upper()}={shlex.quote(str(value))}" for name, value in variables.items())])


def _budget(log: StudyLog) -> dict[str, Any]:
    """Of all its calls together: the last total of trials, the sum of times; where one had no limit of time, trials."""
    times = [call.get("seconds") for call in log.calls]
    trials = log.calls[-1].get("trials") if log.calls else None
    if not times or None in times:
        return {"trials": trials or len(log.trials)}
    return ({"trials": trials} if trials else {}) | {"time": spelled(sum(times))}


def _data_uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _knee_curve(found: Findings) -> list[Point]:
    """Of the knee's own training: earlier epochs are other generators."""
    if not found.knee:
        return []
    curve = found.log.trials[found.knee.trial].curve
    return _spread([point for point in curve if point.epoch == found.knee.epoch])


def _spread(points: list[Point]) -> list[Point]:
    """At most so many that a page can show, both ends among them."""
    if len(points) <= MOST_STRIPS:
        return points
    return [points[round(place * (len(points) - 1) / (MOST_STRIPS - 1))] for place in range(MOST_STRIPS)]


def _trials(found: Findings) -> dict[str, Any]:
    """How trials ended, what they cost, and why some gave nothing."""
    ended = [trial.ended for trial in found.log.ended]
    reasons = Counter(_reason(trial) for trial in found.log.ended if trial.ended.reason)
    return {
        "states": {state: found.states[state] for state in STATES if state in found.states},
        "reasons": reasons.most_common(MOST_REASONS),
        "more": max(0, len(reasons) - MOST_REASONS),
        "images": sum(each.images for each in ended),
        "worker_seconds": sum(each.seconds for each in ended),
        "seconds": found.history[-1][0],
        "began": _date(found.log.header.get("time")),
        "ended": _date(max(each.time for each in ended)),
    }


def _date(moment: float | None) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M} UTC" if moment else "unknown"


def _reason(trial: TrialLog) -> tuple[str, str]:
    return trial.ended.state, trial.ended.reason.partition("\n")[0]


def _sections(found: Findings) -> list[tuple[str, list[tuple[str, str]]]]:
    """The records' header, as it is: (heading, [(key, value)])."""
    titles = {
        "spec": "What was asked",
        "data": "Data",
        "features": "Feature network",
        "versions": "Versions",
        "hardware": "Hardware",
    }
    header = found.log.header
    return [(title, _flat(header[name])) for name, title in titles.items() if header.get(name)]


def _flat(value: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows = []
    for name, each in value.items():
        if isinstance(each, dict):
            rows += _flat(each, f"{prefix}{name}.")
        else:
            text = ", ".join(map(str, each)) if isinstance(each, list) else str(each)
            rows.append((f"{prefix}{name}", text or "none"))
    return rows
