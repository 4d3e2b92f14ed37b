"""The card of a point: what the generator is, how good, what it must not be taken for, and where it comes from."""

import re
from dataclasses import replace
from math import isfinite

from ganprune.config import PruneSettings
from ganprune.methods import METHODS
from ganprune.metrics import METRICS
from ganprune.point import Point
from study.analysis import latency
from study.analysis.findings import Findings
from study.analysis.intervals import Interval, ScoredAgain, column
from study.analysis.narrow import is_narrower
from study.analysis.pareto import UNDER_TRAINED
from study.analysis.subject import translation
from study.records.own import own_settings, spelled
from study.records.study import StudyLog
from study.report.markdown import table

CARD = "README.md"
AGAIN = {"report": "{} on pictures that no search saw", "referee": "The same in a second feature network"}


def card(point: Point, found: Findings) -> str:
    """Markdown; every figure beside the same trial's dense generator, and from how many pictures it was taken."""
    parts = [part(point, found) for part in (_title, _figures, _again, _limits, _layers, _lineage)]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def renewed(readme: str, today: str) -> str:
    """Another card before what stands after the old one: what was found of the very files, and how to use them."""
    _, *files = re.split(r"^(?=## (?:ONNX|Files)$)", readme, maxsplit=1, flags=re.MULTILINE)
    return "\n".join([today, *files])


def _title(point: Point, found: Findings) -> list[str]:
    """What it is, and what may be had instead of it."""
    data, model = found.log.header["data"], found.log.trials[point.trial].settings.model
    about = (
        f"A {model.name} generator of {model.side}×{model.side} pictures like those of {data['name']}. Pruned by"
        f" `{point.method}` with {_own(point, found.log)}: {point.sparsity:.2%} of its prunable weights are"
        f" {_left(point, found.log)}, {point.sparsity_all:.2%} of all its parameters."
    )
    instead = found.instead_of(point)
    return [f"# {point.id}", "", about, *(["", f"**{instead}**"] if instead else [])]


def _own(point: Point, log: StudyLog) -> str:
    """The method's own settings, and what its threshold counts."""
    unit = "" if point.threshold is None else METHODS[point.method].Settings.model_fields["threshold"].description
    return spelled(own_settings(point, log)) + (f" ({unit})" if unit else "")


def _left(point: Point, log: StudyLog) -> str:
    """What became of the weights."""
    return "gone" if is_narrower(point, log.dense_of(point)) else "zero"


def _figures(point: Point, found: Findings) -> list[str]:
    """What scoring again gave, then every metric that the search scored."""
    dense = _dense(point, found.log)
    each = [point, dense] if dense else [point]
    head = ["figure", "better", "pruned", *(["dense"] if dense else [])]
    rows = [_again_row(told, found.quality, [found.confirmed.get(one.id) for one in each]) for told in AGAIN]
    rows += [_row(name, each) for name in METRICS if name in point.scores and name not in latency.BESIDE]
    return [*table(head, filter(None, rows)), "", " ".join(_legend(point, dense, found))]


def _dense(point: Point, log: StudyLog) -> Point | None:
    """The same training's, unpruned; with the latency that was measured in turn with the point's."""
    dense = log.dense_of(point)
    if dense and point.id in log.latencies:
        return replace(dense, scores=dense.scores | {"latency_ms": log.latencies[point.id].dense_ms})
    return dense


def _again_row(told: str, quality: str, each: list[ScoredAgain | None]) -> list[str] | None:
    if not each[0] or each[0].row()[told] is None:
        return None
    title = f"`{column(quality, told)}` {AGAIN[told].format(METRICS[quality].title)}"
    return [title, METRICS[quality].better, *(_number(one and one.row()[told]) for one in each)]


def _row(name: str, each: list[Point]) -> list[str]:
    return [_title_of(name), METRICS[name].better, *(_number(one.scores.get(name)) for one in each)]


def _legend(point: Point, dense: Point | None, found: Findings) -> list[str]:
    log, (report, referee) = found.log, (column(found.quality, told) for told in AGAIN)
    told = [
        f"Quality but for `{report}` and `{referee}`: {point.n_samples:,} generated pictures against"
        f" {log.header['data']['search']:,} real ones that it was not trained on, as the search saw them.",
        "Drift: likeness to the dense generator's picture for the same latent, which says nothing of quality.",
    ]
    if dense:
        tuned = f"trained on as well, with {dense.images:,} pictures" if dense.images else "not trained on"
        told.append(f"Dense: the same training's generator before pruning, {tuned}.")
    if point.fcd_stale is not None:
        told.append(f"As pruned, before anything was mended, its fcd was {point.fcd_stale:.4g}.")
    if point.id in log.latencies:
        told.append(latency.sentence([log.latencies[point.id]]))
    return told


def _again(point: Point, found: Findings) -> list[str]:
    """What a buyer may count on; empty where it was not scored again."""
    again = found.confirmed.get(point.id)
    if not again or not again.own:
        return []
    own = again.own
    referee = f" In a second feature network: {own.referee:.4g}." if own.referee is not None else ""
    claims = [
        f"This file: {own.metric} {own.score:.4g} ({_interval(again.file)} with other latents), from"
        f" {own.n_samples:,} pictures against {found.log.header['data']['report']:,} real ones that no search"
        f" saw.{referee}"
    ]
    if again.setting:
        claims.append(f"These settings, trained from another seed: {own.metric} {_interval(again.setting)}.")
    return ["## Scored again", "", *(f"- {claim}" for claim in claims), "", "Ranges hold 95 % of the time."]


def _interval(ends: Interval) -> str:
    return f"{ends[0]:.4g} to {ends[1]:.4g}" if isfinite(ends[1]) else f"{ends[0]:.4g} and up: a training diverged"


def _limits(point: Point, found: Findings) -> list[str]:
    """What a buyer would have to be told."""
    limits = []
    if not is_narrower(point, found.log.dense_of(point)):
        limits.append("Zeros save time only where the runtime has sparse kernels; torch, and most, multiply by them.")
    if found.unfinished:
        limits.append(found.unfinished)
    if found.log.header["data"]["indicative"]:
        limits.append("There were under 256 real pictures to compare with: every distance is indicative only.")
    if not point.eligible:
        limits.append(
            "Not eligible for the front: no better than a Gaussian fitted to the pixels, or too little variety."
        )
    if not found.counted.skill(point) >= UNDER_TRAINED:
        limits.append(f"Its skill is under {UNDER_TRAINED}: nearer to a Gaussian of the pixels than to real pictures.")
    return ["## Limits", "", *(f"- {limit}" for limit in limits)] if limits else []


def _layers(point: Point, found: Findings) -> list[str]:
    rows = ([layer, f"{share:.2%}"] for layer, share in point.layers.items())
    return ["## Sparsity by layer", "", *table(["layer", _left(point, found.log)], rows)]


def _lineage(point: Point, found: Findings) -> list[str]:
    header, run_id = found.log.header, found.log.runs.get(point.trial)
    settings = found.log.trials[point.trial].settings
    train, prune = settings.train, settings.prune
    shown = f"{train.epoch_images:,} pictures each" if train.epoch_images else "all training pictures each"
    facts = {
        "study": f"{header['name']}, trial {point.trial}, record `{point.id}`",
        "MLflow run": f"`{run_id}`" if run_id else "none",
        "data": f"{header['data']['name']}, fingerprint `{header['data']['fingerprint']}`",
        **({"translation": "; ".join(told)} if (told := translation(header)) else {}),
        "judged in features": f"of network `{header['features']['hash']}`, taught {header['features']['trained_on']}",
        "weights": f"hash `{point.weights}`",
        "training": f"{point.epoch} epochs, {shown}, batch {train.batch}, lr_g {train.lr_g:g}, lr_d {train.lr_d:g},"
        f" seed {train.seed}, averaged weights",
        "after pruning": _mended(prune),
        "output layer": "left whole, and counted" if prune.spare_output else "pruned as the others",
        "versions": ", ".join(f"{name} {number}" for name, number in header["versions"].items()),
    }
    return ["## Lineage", "", *(f"- {name}: {fact}" for name, fact in facts.items())]


def _mended(prune: PruneSettings) -> str:
    along = " along its curve, of which this point is a part" if prune.recovery_along else ""
    falling = ", rates falling to nothing" if prune.recovery_decay else ""
    steps = f"{prune.recovery_steps} steps{falling}{along}"
    recovered = [f"recovered by `{prune.recovery}` for {steps}"] if prune.recovers else []
    recalibrated = ["batch norm recalibrated"] if prune.recalibrate else []
    return ", ".join(recovered + recalibrated) or "nothing"


def _title_of(name: str) -> str:
    unit = METRICS[name].unit
    return f"`{name}` {METRICS[name].title}" + (f" ({unit})" if unit else "")


def _number(value: float | None) -> str:
    if value is None or not isfinite(value):
        return "–"
    return f"{value:,.0f}" if value == int(value) else f"{value:.4g}"
