"""The card of a point: what the generator is, how good, what it must not be taken for, and where it comes from."""

from math import isfinite

from ganprune.metrics import METRICS
from ganprune.point import Point
from ganprune.pruning import METHODS
from study.confirmed import Interval, confirmations
from study.markdown import table
from study.pareto import UNDER_TRAINED
from study.study_log import StudyLog


def card(point: Point, log: StudyLog, run_id: str = "") -> str:
    """Markdown; every figure beside the same trial's dense generator, and from how many pictures it was taken."""
    parts = _title(point, log), _figures(point, log), _again(point, log), _limits(point, log), _layers(point)
    parts += (_lineage(point, log, run_id),)
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _title(point: Point, log: StudyLog) -> list[str]:
    data, model = log.header["data"], log.trials[point.trial].settings.model
    return [
        f"# {point.id}",
        "",
        f"A {model.name} generator of {model.side}×{model.side} pictures like those of {data['name']}. Pruned by"
        f" `{point.method}` at {point.threshold:g} ({METHODS[point.method].unit}): {point.sparsity:.2%} of its prunable"
        f" weights are zero, {point.sparsity_all:.2%} of all its parameters.",
    ]


def _figures(point: Point, log: StudyLog) -> list[str]:
    """Every metric that was scored."""
    curve = [other for other in log.trials[point.trial].curve if other.epoch == point.epoch]
    dense = next((other for other in curve if other.target == 0), None)
    head = ["figure", "better", "pruned", *(["dense"] if dense else [])]
    rows = [
        [_title_of(name), METRICS[name].better, *(_number(each.scores.get(name)) for each in (point, dense) if each)]
        for name in METRICS
        if name in point.scores
    ]
    stale = ""
    if point.fcd_stale is not None:
        stale = f" As pruned, before anything was mended, its fcd was {point.fcd_stale:.4g}."
    return [
        *table(head, rows),
        "",
        f"Quality: {point.n_samples:,} generated pictures against {log.header['data']['search']:,} real ones that it"
        " was not trained on. Drift: likeness to the dense generator's picture for the same latent, which says nothing"
        f" of quality.{stale}",
    ]


def _again(point: Point, log: StudyLog) -> list[str]:
    """What a buyer may count on; empty where it was not scored again."""
    again = confirmations(log).get(point.id)
    if not again or not again.own:
        return []
    own = again.own
    referee = f" In a second feature network: {own.fcd_referee:.4g}." if own.fcd_referee is not None else ""
    claims = [
        f"This file: fcd {own.fcd:.4g} ({_interval(again.file)} with other latents), from {own.n_samples:,} pictures"
        f" against {log.header['data']['report']:,} real ones that no search saw.{referee}"
    ]
    if again.setting:
        claims.append(f"These settings, trained from another seed: fcd {_interval(again.setting)}.")
    return ["## Scored again", "", *(f"- {claim}" for claim in claims), "", "Ranges hold 95 % of the time."]


def _interval(ends: Interval) -> str:
    return f"{ends[0]:.4g} to {ends[1]:.4g}" if isfinite(ends[1]) else f"{ends[0]:.4g} and up: a training diverged"


def _limits(point: Point, log: StudyLog) -> list[str]:
    """What a buyer would have to be told."""
    limits = ["Zeros save time only where the runtime has sparse kernels; the latency above is that of dense ones."]
    if log.header["data"]["indicative"]:
        limits.append("There were under 256 real pictures to compare with: every distance is indicative only.")
    if not point.eligible:
        limits.append(
            "Not eligible for the front: no better than a Gaussian fitted to the pixels, or too little variety."
        )
    if not point.scores.get("skill", 0) >= UNDER_TRAINED:
        limits.append(f"Its skill is under {UNDER_TRAINED}: nearer to a Gaussian of the pixels than to real pictures.")
    return ["## Limits", "", *(f"- {limit}" for limit in limits)]


def _layers(point: Point) -> list[str]:
    rows = ([layer, f"{share:.2%}"] for layer, share in point.layers.items())
    return ["## Sparsity by layer", "", *table(["layer", "zeros"], rows)]


def _lineage(point: Point, log: StudyLog, run_id: str) -> list[str]:
    settings, header = log.trials[point.trial].settings, log.header
    train, prune = settings.train, settings.prune
    shown = f"{train.epoch_images:,} pictures each" if train.epoch_images else "all training pictures each"
    mended = ["batch norm recalibrated"] if prune.recalibrate else []
    mended += [f"fine-tuned for {prune.finetune_steps} steps"] if prune.finetune_steps else []
    facts = {
        "study": f"{header['name']}, trial {point.trial}, record `{point.id}`",
        "MLflow run": f"`{run_id}`" if run_id else "none",
        "data": f"{header['data']['name']}, fingerprint `{header['data']['fingerprint']}`",
        "judged in features": f"of network `{header['features']['hash']}`, taught {header['features']['trained_on']}",
        "weights": f"hash `{point.weights}`",
        "training": f"{point.epoch} epochs, {shown}, batch {train.batch}, lr_g {train.lr_g:g}, lr_d {train.lr_d:g},"
        f" seed {train.seed}, averaged weights",
        "after pruning": ", ".join(mended) or "nothing",
        "output layer": "left whole, and counted" if prune.spare_output else "pruned as the others",
        "versions": ", ".join(f"{name} {number}" for name, number in header["versions"].items()),
    }
    return ["## Lineage", "", *(f"- {name}: {fact}" for name, fact in facts.items())]


def _title_of(name: str) -> str:
    unit = METRICS[name].unit
    return f"`{name}` {METRICS[name].title}" + (f" ({unit})" if unit else "")


def _number(value: float | None) -> str:
    if value is None or not isfinite(value):
        return "–"
    return f"{value:,.0f}" if value == int(value) else f"{value:.4g}"
