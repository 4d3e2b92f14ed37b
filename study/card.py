"""The card of a point: what the generator is, how good, and where it comes from."""

from ganprune.metrics import METRICS
from ganprune.point import Point
from study.records import StudyLog

SHOWN = ("fcd", "kcd", "skill", "precision", "recall", "density", "coverage", "fid", "kid", "uqi", "ssim", "ms_ssim")
COST = ("params", "nonzero_params", "macs", "macs_nonzero", "bytes", "bytes_compressed", "latency_ms")


def card(point: Point, log: StudyLog, run_id: str = "") -> str:
    """Markdown; every figure with the number of pictures it was taken from."""
    return "\n".join([*_title(point, log), *_scores(point), *_layers(point), *_lineage(point, log, run_id)]) + "\n"


def _title(point: Point, log: StudyLog) -> list[str]:
    data, model = log.header["data"], log.trials[point.trial].settings.model
    indicative = " Under 256 reference pictures: indicative only." if data["indicative"] else ""
    return [
        f"# {point.id}",
        "",
        f"A {model.name} generator for {data['name']}, {model.side}×{model.side}, latent size {model.latent},"
        f" pruned by `{point.method}` at {point.threshold:g}: {point.sparsity:.2%} of its prunable weights are zero.",
        "",
        f"Scored with {point.n_samples} generated pictures against {data['search']} real ones it was not trained on."
        + indicative,
        "",
    ]


def _scores(point: Point) -> list[str]:
    rows = [f"| {METRICS[name].title} | {point.scores[name]:.6g} |" for name in (*SHOWN, *COST) if name in point.scores]
    return ["| figure | value |", "|---|---|", *rows, ""]


def _layers(point: Point) -> list[str]:
    rows = [f"| {layer} | {share:.2%} |" for layer, share in point.layers.items()]
    return ["| layer | sparsity |", "|---|---|", *rows, ""]


def _lineage(point: Point, log: StudyLog, run_id: str) -> list[str]:
    settings, header = log.trials[point.trial].settings, log.header
    train, prune = settings.train, settings.prune
    facts = {
        "study": f"{header['name']}, trial {point.trial}, record `{point.id}`",
        "MLflow run": run_id or "none",
        "data": f"{header['data']['name']}, fingerprint `{header['data']['fingerprint']}`",
        "feature network": f"`{header['features']['hash']}`, trained on {header['features']['trained_on']}",
        "weights": f"`{point.weights}`",
        "training": f"{point.epoch} epochs, batch {train.batch}, lr_g {train.lr_g:g}, lr_d {train.lr_d:g}, seed {train.seed}",
        "after pruning": f"recalibrated: {prune.recalibrate}, output layer spared: {prune.spare_output},"
        f" fine-tuned for {prune.finetune_steps} steps",
        "versions": ", ".join(f"{name} {number}" for name, number in header["versions"].items()),
    }
    return ["## Lineage", "", *(f"- {name}: {fact}" for name, fact in facts.items())]
