"""A comparison as one page: everything inlined, nothing fetched, in the looks of a study's report."""

from collections.abc import Mapping
from math import log
from statistics import geometric_mean
from typing import Any

import yaml

from ganprune.metrics import METRICS
from study.analysis.compared import ALIKE, Compared, Row
from study.analysis.compared_words import budget_sentence, dense_sentence, headline, sentences, trust_sentence
from study.analysis.paired import ENOUGH, LEVEL
from study.report.compare_tables import cells, level_of
from study.report.page import jinja_of
from study.report.strips import data_uri
from study.report.tables import finite
from study.report.words import glossary
from study.settings.comparison import Group
from study.settings.variables import typed

WIDEST = 4.0  # times: the end of an interval's scale
IN_WORDS = {"arm", "from seed to seed", "interval", "verdict"}  # columns that are no numbers
MADE = ("data", "features", "versions", "hardware")  # of the records' header


def compare_page(
    found: Compared, title: str, about: Mapping[str, str], again: str, figures: Mapping[str, bytes]
) -> str:
    """`figures`: by file name; `again`: what to type."""
    groups = [_group(found, group) for group in found.comparison.groups]
    return (
        jinja_of({})
        .get_template("compare.html")
        .render(
            found=found,
            title=title,
            about=about,
            headline=headline(found),
            sentences=sentences(found),
            trust=trust_sentence(found),
            budget=budget_sentence(found),
            dense_told=dense_sentence(found),
            dense=found.dense and geometric_mean(found.dense.values()),
            images=max((row.images for rows in found.rows.values() for row in rows), default=0),
            groups=groups,
            words_in=IN_WORDS,
            explained_words=_words(found),
            figure=data_uri(figures["compare.png"]),
            gap=data_uri(figures["gap.png"]) if "gap.png" in figures else None,
            again=again,
            made=_made(found),
        )
    )


def command(variables: Mapping[str, Any]) -> str:
    return typed("paper" if variables.get("PAPER") else "compare", variables)


def _group(found: Compared, group: Group) -> dict[str, Any]:
    shown, rows = cells(found, group), found.rows[group.title]
    return {
        "title": group.title,
        "columns": list(shown[0]),
        "rows": [{"cells": each, "bar": _bar(row)} for each, row in zip(shown, rows, strict=True)],
    }


def _bar(row: Row) -> dict[str, Any] | None:
    """Its interval on a scale from a quarter to four times, as places from -1 to 1."""
    if not row.held or not row.held.freedom:
        return None
    low, high = row.held.interval(level_of(row))
    places = {"low": low, "high": high, "value": row.held.ratio}
    told = bool(row.verdict) and not row.verdict.word.endswith(ALIKE)
    return {name: round(_place(ratio), 4) for name, ratio in places.items()} | {"told": told}


def _place(ratio: float) -> float:
    return max(-1.0, min(1.0, log(max(ratio, 1 / WIDEST)) / log(WIDEST)))


def _words(found: Compared) -> dict[str, str]:
    known = glossary(found.log.objectives)
    others = {group.metric: METRICS[group.metric].title for group in found.comparison.groups if group.metric}
    return {
        found.quality: known[found.quality],
        **others,
        "interval": "Of the ratio to what a group is held against, over paired seeds: below 1 is better."
        f" {LEVEL:.0%} errors of all verdicts together from {ENOUGH} seeds on; with fewer, and of null lines, of each.",
        "verdict": "Better or worse where the interval leaves out 1.",
        "null line": known["null line"],
        "trained small": "A dense network so narrow that as many weights are not there, given the same pictures.",
        "random": "Weights chosen by lot, as many of each layer, fine-tuned like those of a method.",
        "sparsity": known["sparsity"],
        "interpolated": "Where no point lies at the share, the score is taken between the two beside it, both axes in"
        " logarithms; the measured share that is shown is that of the nearer one.",
        "pictures of its curve": "For every point that the arm has from one seed; what these share counted once.",
    }


def _made(found: Compared) -> str:
    header = found.log.header
    told = {name: header[name] for name in MADE if header.get(name)}
    arms = [
        {"arm": arm.name, "asked for": arm.asked} | arm.settings.model_dump(mode="json")
        for arm in found.comparison.arms
    ]
    return yaml.safe_dump(finite({"arms": arms} | told), sort_keys=False, allow_unicode=True, width=100)
