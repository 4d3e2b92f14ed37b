"""The shelf of metrics: what is measured of a point, from what, in which unit, and which way is better.

A metric is a function of what its family looks at: of `Evidence`, generated beside REAL pictures, for quality, which is
a number or, since a GPU is then waited for once for all, a scalar tensor, or None where it cannot be told of these; of
two tensors, the DENSE generator's pictures and the pruned one's for the same latents, for drift, which gives a value a
pair; of the true pictures, or of those that are translated, in the place of the dense generator's, for truth and
change; of `Built`, a generator, for cost. A new one is a file and a line here: it is recorded, logged and told, and a
quality of which less is better may be QUALITY, with a skill of its own. `tests/contracts/test_metrics.py` covers it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal


@dataclass(frozen=True)
class Metric:
    title: str  # as on an axis
    better: Literal["lower", "higher", "neither"]
    family: Literal["quality", "truth", "change", "drift", "cost"]
    # Where its function is, from here: a report reads this shelf, and need not wait for torch. Empty: who knows more
    # than one generator's pictures or weights tells it.
    by: str = ""
    view: Literal["", "pixels", "classifier", "inception"] = ""  # of both sides' pictures, if it compares them
    classes: bool = False  # told of conditional generators alone, so that it is no objective
    unit: str = ""  # empty where the value is a plain number
    noise: float | None = None  # half of the 95 % interval of a score from 1,000 pictures, over it; None: not known
    near: float | None = None  # times a score within which few pictures can't tell; None: they tell too little

    @property
    def measure(self) -> Callable[..., Any]:
        module, _, name = self.by.partition(":")
        return getattr(import_module(module, __name__), name)


METRICS: dict[str, Metric] = {  # noise as measured on CIFAR-10
    "fcd": Metric(
        "Fréchet distance in the classifier's features",
        "lower",
        "quality",
        ".quality:frechet_distance",
        "classifier",
        noise=0.046,
        near=1.3,  # seven standard deviations of a score from 250 pictures
    ),
    "kcd": Metric(
        "Kernel distance in the classifier's features",
        "lower",
        "quality",
        ".quality:kernel_distance",
        "classifier",
        noise=0.17,
    ),
    "precision": Metric("Precision (k = 5)", "higher", "quality", ".quality:precision", "classifier"),
    "recall": Metric("Recall (k = 5)", "higher", "quality", ".quality:recall", "classifier"),
    "density": Metric("Density (k = 5)", "higher", "quality", ".quality:density", "classifier"),
    "coverage": Metric("Coverage (k = 5)", "higher", "quality", ".quality:coverage", "classifier"),
    "class_share": Metric(
        "Share of pictures of the class that was asked for",
        "higher",
        "quality",
        ".by_class:class_share",
        "classifier",
        classes=True,
    ),
    "class_fcd": Metric(
        "fcd within a class, mean of all classes",
        "lower",
        "quality",
        ".by_class:class_frechet_distance",
        "classifier",
        classes=True,
    ),
    "skill": Metric("Skill: 0 = pixel Gaussian, or what is translated, as it is; 1 = real", "higher", "quality"),
    "fid": Metric("Fréchet Inception Distance", "lower", "quality", ".quality:frechet_distance", "inception"),
    "kid": Metric("Kernel Inception Distance", "lower", "quality", ".quality:kernel_distance", "inception"),
    "inception_score": Metric("Inception Score", "higher", "quality", ".inception:inception_score", "inception"),
    "share_of_target": Metric(
        "Share of pictures taken for the other kind",
        "higher",
        "quality",
        ".translation:share_of_target",
        "classifier",
    ),
    "l1": Metric("L1 distance to the true picture", "lower", "truth", ".translation:l1"),
    "psnr": Metric("PSNR to the true picture", "higher", "truth", ".translation:psnr", unit="dB"),
    "ssim_true": Metric("SSIM to the true picture", "higher", "truth", ".drift:ssim"),
    "cycle": Metric("L1 distance from what was translated, there and back", "lower", "change"),
    # A translation that changes nothing pleases cycles and identities, and is none.
    "change": Metric("L1 distance from what was translated", "neither", "change", ".translation:l1"),
    "uqi": Metric("Universal quality index (textbook)", "higher", "drift", ".drift:uqi"),
    "ssim": Metric("SSIM", "higher", "drift", ".drift:ssim"),
    "ms_ssim": Metric("MS-SSIM", "higher", "drift", ".drift:ms_ssim"),
    # Not centred: unrelated photographs score 0.7. It is there to stand beside published values, no more.
    "uqi_sewar": Metric("UQI as sewar gives it", "neither", "drift", ".drift:uqi_sewar"),
    "sparsity": Metric("Measured share of the prunable weights that is zero or gone, 0 to 1", "higher", "cost"),
    "params": Metric("Parameters", "lower", "cost", ".cost:params"),
    "nonzero_params": Metric("Non-zero parameters", "lower", "cost", ".cost:nonzero_params"),
    "macs": Metric("Multiply-accumulates executed", "lower", "cost", ".cost:macs", unit="MAC"),
    "macs_nonzero": Metric(
        "Multiply-accumulates by non-zero weights (theoretical)", "lower", "cost", ".cost:macs_nonzero", unit="MAC"
    ),
    # Not what runs: it is there to stand beside published values, no more.
    "macs_published": Metric(
        "Multiply-accumulates as papers on translation count them",
        "neither",
        "cost",
        ".cost:macs_published",
        unit="MAC",
    ),
    "bytes": Metric("Size as stored", "lower", "cost", ".cost:size", unit="B"),
    "bytes_compressed": Metric("Size after compression", "lower", "cost", ".cost:size_compressed", unit="B"),
    "latency_ms": Metric("Latency of one picture, one thread of a CPU, measured alone", "lower", "cost", unit="ms"),
    "latency_dense_ms": Metric("Latency of the dense network, in turn with it", "neither", "cost", unit="ms"),
    "latency_noise": Metric("Half of the 95 % interval of their ratio", "neither", "cost"),
}


def measured(family: str, *evidence: Any, view: str = "") -> dict[str, Any]:
    """By name, what each metric of a family, and of a view where it has one, makes of this evidence."""
    wanted = {name: metric for name, metric in METRICS.items() if (metric.family, metric.view) == (family, view)}
    found = {name: metric.measure(*evidence) for name, metric in wanted.items() if metric.by}
    return {name: value for name, value in found.items() if value is not None}


def views(objective: str) -> list[str]:
    """What a study looks at pictures with; not with Inception, which is slow, unless its objective does."""
    known = dict.fromkeys(metric.view for metric in METRICS.values() if metric.view)
    return [view for view in known if view != "inception" or METRICS[objective].view == view]
