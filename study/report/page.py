"""The report as one page: everything inlined, nothing fetched, every word from the study escaped."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from study.analysis import figures, looks, pareto
from study.analysis.findings import Findings
from study.analysis.pick import Candidate, candidate
from study.analysis.rank_correlation import RankCorrelation
from study.analysis.subject import subject, translates
from study.analysis.time_spent import time_spent
from study.records.paths import StudyPaths
from study.records.study import StudyLog, TrialLog
from study.report.charts import drift_chart, hypervolume_chart, quality_chart
from study.report.page_table import front_table, number, percent
from study.report.strips import Strip, answer_curve, data_uri, strips
from study.report.tables import finite
from study.report.words import Reader, glossary
from study.settings.arguments import TRANSLATED, spelled
from study.settings.limits import KINDS, Kind
from study.settings.variables import typed

TEMPLATES = Path(__file__).with_name("templates")
PLOTLY = TEMPLATES / "plotly-basic.min.js"  # plotly.js-basic-dist-min of npm: a quarter of what plotly.py carries
MOST_REASONS = 10
MADE = ("spec", "data", "features", "versions", "hardware")  # of the records' header
STATES = ("completed", "stopped", "diverged", "failed", "open")


def page(found: Findings, paths: StudyPaths, figure: bytes) -> str:
    """`figure` is the front as PNG, for readers without scripts."""
    words = glossary(found.by)
    charts = {"front": quality_chart(found), "drift": drift_chart(found), "hypervolume": hypervolume_chart(found)}
    shown = strips(found, paths)
    return (
        jinja_of(words)
        .get_template("report.html")
        .render(
            found=found,
            subject=subject(found.log.header),
            translates=translates(found.log.header),
            under_trained=pareto.UNDER_TRAINED,
            words=words,
            charts=finite(charts),
            plotly=PLOTLY.read_text(),
            front=front_table(found),
            limits=_limits(found),
            figure=data_uri(figure),
            strips=shown,
            numbers=_numbers(found, shown),
            dense=found.answer and found.log.dense_of(found.answer),
            curve=answer_curve(found),
            trials=_trials(found),
            looks=found.looks,
            least=looks.LEAST,
            looked=looks.sentence(found.looks),
            spent=time_spent(found.log).shares,
            again=command(found),
            made=_made(found),
        )
    )


def jinja_of(words: dict[str, str]) -> Environment:
    how = {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True}
    jinja = Environment(loader=FileSystemLoader(TEMPLATES), **how)
    jinja.filters |= {"percent": percent, "share": figures.percent, "number": number, "ranks": _ranks}
    jinja.globals["explained"] = Reader(words).explained  # no filter: jinja applies those to what is fixed beforehand
    return jinja


def _ranks(told: RankCorrelation) -> str:
    """Signs as a reader writes them."""
    return f"{told.value:.2f} ({told.low:.2f} to {told.high:.2f})".replace("-", "−")


def _numbers(found: Findings, shown: dict[str, Strip]) -> dict[str, dict[str, int]]:
    """By point id, the number of its strip, and of its dense generator's where that is shown."""
    numbers = {name: {"own": strip.number} for name, strip in shown.items()}
    for name, strip in shown.items():
        dense = found.log.dense_of(strip.point)
        if dense and dense.id in shown:
            numbers[name]["dense"] = shown[dense.id].number
    return numbers


def _limits(found: Findings) -> dict[str, Any]:
    """What may be limited, and of the front's points, from dense to smallest, what is: as value and in words."""
    those = [candidate(point, found) for point in found.front]
    known = set().union(*(each.values for each in those))
    kinds = {name: _kind(kind) for name, kind in KINDS.items() if name in known}
    return {"kinds": kinds, "candidates": [_candidate(each) for each in those]}


def _candidate(each: Candidate) -> dict[str, Any]:
    words = {name: each.told([name]) for name in each.values}
    return {"id": each.point.id, "values": each.values, "told": words}


def _kind(kind: Kind) -> dict[str, Any]:
    return asdict(kind) | {"power": kind.units[kind.unit]}


def command(found: Findings) -> str:
    """What to type to get this study again: what was asked, not what came of it."""
    header = found.log.header
    spec, of_translation = header.get("spec", {}), TRANSLATED if translates(header) else ()
    known = ("dataset", *of_translation, "space", "model", "quality", "cost", "seed")
    return typed("study", {"name": found.name} | {name: spec.get(name) for name in known} | _budget(found.log))


def _budget(log: StudyLog) -> dict[str, Any]:
    """Of all its calls together: the last total of trials, the sum of times; where one had no limit of time, trials."""
    times = [call.get("seconds") for call in log.calls]
    trials = log.calls[-1].get("trials") if log.calls else None
    if not times or None in times:
        return {"trials": trials or len(log.trials)}
    return ({"trials": trials} if trials else {}) | {"time": spelled(sum(times))}


def _trials(found: Findings) -> dict[str, Any]:
    """How trials ended, what they cost, and why some gave nothing."""
    ended = [trial.ended for trial in found.log.ended]
    reasons = Counter(_reason(trial) for trial in found.log.ended if trial.ended.reason)
    return {
        "states": {state: found.states[state] for state in STATES if state in found.states},
        "reasons": reasons.most_common(MOST_REASONS),
        "more": max(0, len(reasons) - MOST_REASONS),
        "images": sum(each.images for each in ended),
        "seconds": found.history[-1][0],
    }


def _reason(trial: TrialLog) -> tuple[str, str]:
    return trial.ended.state, trial.ended.reason.partition("\n")[0]


def _made(found: Findings) -> str:
    """The records' header as YAML, and what it took."""
    told = {name: found.log.header[name] for name in MADE if found.log.header.get(name)}
    return yaml.safe_dump(finite(told | {"effort": _effort(found)}), sort_keys=False, allow_unicode=True, width=100)


def _effort(found: Findings) -> dict[str, Any]:
    ended = [trial.ended for trial in found.log.ended]
    return {
        "begun": _date(found.log.header.get("time")),
        "last trial ended": _date(max(each.time for each in ended)),
        "pictures a score": found.n_samples,
        "training seeds": found.seeds,
        "pictures trained on": sum(each.images for each in ended),
        "minutes run": round(found.history[-1][0] / 60, 1),
        "worker minutes": round(sum(each.seconds for each in ended) / 60, 1),
        "calls of make study": len(found.log.calls),
    } | ({"methods": found.log.costly} if found.log.costly else {})


def _date(moment: float | None) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M} UTC" if moment else "unknown"
