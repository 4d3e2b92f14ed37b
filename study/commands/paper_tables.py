"""What `make paper` shows: paper 1's two tables with three more columns, what to hold them against, and notes."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ganprune.data.images import to_bytes
from ganprune.paper import (
    PUBLISHED,
    PUBLISHED_SPARSITY,
    STATISTICS,
    THRESHOLDS,
    Arm,
    Experiment,
    as_it_should_be,
    as_sewar,
    statistics,
    unrelated,
)
from study.commands.paper_notes import notes
from study.report.grid import grid
from study.report.markdown import table

STRIP = 16  # pictures a row
SHOWN = ("uqi", "ssim", "ms_ssim")
UNRELATED, MENDED = "unrelated pictures", "dense, recalibrated"
MODE = "mode"  # of 250 different numbers it says nothing: only the columns that repeat the paper have it


class Row(NamedTuple):
    """A statistic of a metric over the pairs; None where it is not given."""

    method: str
    metric: str
    statistic: str
    published: str | None
    sewar: float
    right: float | None
    recalibrated: float | None


class Control(NamedTuple):
    """What a metric gives, in the mean, where the answer is known."""

    name: str
    metric: str
    sewar: float
    right: float


@dataclass(frozen=True)
class Tables:
    rows: list[Row]
    controls: list[Control]
    uqi_around_zero: dict[str, float]  # by method: sewar's mean UQI if pictures are left in [-1, 1]
    published: bool  # whether the paper has figures for this data set


def tables(found: Experiment, published: bool) -> Tables:
    """Everything measured that is shown."""
    controls = {UNRELATED: unrelated(found.dense), MENDED: found.dense_recalibrated}
    return Tables(
        [row for method, arm in found.arms.items() for row in _rows(method, arm, found.dense, published)],
        [each for name, other in controls.items() for each in _controls(name, found.dense, other)],
        {method: _uqi_around_zero(found.dense, arm.drawn) for method, arm in found.arms.items()},
        published,
    )


def csv_text(shown: Tables) -> str:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(Row._fields)
    lines.writerows(shown.rows)
    return text.getvalue()


def strip(found: Experiment) -> bytes:
    """PNG of the same latents, a row each: dense, then each method, as pruned and recalibrated."""
    rows = [found.dense, *(drawn for arm in found.arms.values() for drawn in (arm.drawn, arm.recalibrated))]
    return grid(to_bytes(torch.cat([drawn[:STRIP] for drawn in rows])), STRIP)


def page(shown: Tables, found: Experiment, about: str) -> str:
    """Markdown that reads well on a terminal, too."""
    parts = [
        ["# Exploring the Impact of Model Pruning on GANs, measured again", "", about],
        *(_method(shown, method, arm) for method, arm in found.arms.items()),
        _held_against(shown),
        ["## How to read this", "", *(f"- {note}" for note in _notes(shown, found))],
        ["![the same latents: dense; then each method, as pruned and recalibrated](pictures.png)"],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _rows(method: str, arm: Arm, dense: Tensor, published: bool) -> Iterator[Row]:
    sewar, right, recalibrated = (
        {metric: statistics(values) for metric, values in measured.items()}
        for measured in (
            as_sewar(dense, arm.drawn),
            as_it_should_be(dense, arm.drawn),
            as_it_should_be(dense, arm.recalibrated),
        )
    )
    for metric in SHOWN:
        for statistic in STATISTICS:
            given = PUBLISHED[method][metric].get(statistic) if published else None
            ours = (each[metric][statistic] if statistic != MODE else None for each in (right, recalibrated))
            yield Row(method, metric, statistic, given, sewar[metric][statistic], *ours)


def _controls(name: str, dense: Tensor, other: Tensor) -> Iterator[Control]:
    sewar, right = as_sewar(dense, other), as_it_should_be(dense, other)
    for metric in SHOWN:
        yield Control(name, metric, sewar[metric].mean().item(), right[metric].mean().item())


def _uqi_around_zero(dense: Tensor, drawn: Tensor) -> float:
    return as_sewar(dense, drawn, low=-1.0)["uqi"].mean().item()


def _method(shown: Tables, method: str, arm: Arm) -> list[str]:
    head = [
        "metric",
        "statistic",
        "as published",
        "as sewar gives it",
        "as it should be measured",
        "the same, recalibrated",
    ]
    rows = [
        [row.metric, row.statistic, row.published or "", *map(_number, row[4:])]
        for row in shown.rows
        if row.method == method
    ]
    found = arm.sparsity
    reached = f"{found.prunable:.2%} of the prunable weights are zero ({found.zeros:,} of {found.total:,})"
    beside = f'; as published: "{PUBLISHED_SPARSITY[method]}"' if shown.published else ""
    return [f"## {method} at {THRESHOLDS[method]:g}", "", f"{reached}{beside}.", "", *table(head, rows)]


def _held_against(shown: Tables) -> list[str]:
    head = ["mean of", "metric", "as sewar gives it", "as it should be measured"]
    rows = [[each.name, each.metric, _number(each.sewar), _number(each.right)] for each in shown.controls]
    return ["## To hold them against", "", *table(head, rows)]


def _notes(shown: Tables, found: Experiment) -> list[str]:
    unrelated_by = {each.metric: each.sewar for each in shown.controls if each.name == UNRELATED}
    reached = {method: arm.sparsity.prunable for method, arm in found.arms.items()}
    return notes(shown.published, unrelated_by, shown.uqi_around_zero, reached)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
