"""The shelf of metrics: what is measured of a point, in which unit, and which way is better.

A metric is a pure function of tensors in one module of its family: `quality` and `inception` compare generated
with REAL pictures, `drift` compares a pruned generator's picture with the DENSE one's for the same latent, `cost`
tells what pruning buys. Pictures are uint8 (n, channels, height, width); features are (n, dimensions).
A new metric is one function and one line here; `tests/contracts/test_metrics.py` covers it at once.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Metric:
    title: str  # as on an axis
    better: Literal["lower", "higher", "neither"]
    unit: str  # "" where the value is a plain number
    family: Literal["quality", "drift", "cost"]


METRICS: dict[str, Metric] = {
    "fcd": Metric("Fréchet distance in the classifier's features", "lower", "", "quality"),
    "kcd": Metric("Kernel distance in the classifier's features", "lower", "", "quality"),
    "precision": Metric("Precision (k = 5)", "higher", "", "quality"),
    "recall": Metric("Recall (k = 5)", "higher", "", "quality"),
    "density": Metric("Density (k = 5)", "higher", "", "quality"),
    "coverage": Metric("Coverage (k = 5)", "higher", "", "quality"),
    "skill": Metric("Skill: 0 = pixel Gaussian, 1 = real", "higher", "", "quality"),
    "fid": Metric("Fréchet Inception Distance", "lower", "", "quality"),
    "kid": Metric("Kernel Inception Distance", "lower", "", "quality"),
    "inception_score": Metric("Inception Score", "higher", "", "quality"),
    "uqi": Metric("Universal quality index (textbook)", "higher", "", "drift"),
    "ssim": Metric("SSIM", "higher", "", "drift"),
    "ms_ssim": Metric("MS-SSIM", "higher", "", "drift"),
    # Not centred: unrelated photographs score 0.7. It is there to stand beside published values, no more.
    "uqi_sewar": Metric("UQI as sewar gives it", "neither", "", "drift"),
    "sparsity": Metric("Measured share of the prunable weights that is zero or gone, 0 to 1", "higher", "", "cost"),
    "params": Metric("Parameters", "lower", "", "cost"),
    "nonzero_params": Metric("Non-zero parameters", "lower", "", "cost"),
    "macs": Metric("Multiply-accumulates executed", "lower", "MAC", "cost"),
    "macs_nonzero": Metric("Multiply-accumulates by non-zero weights (theoretical)", "lower", "MAC", "cost"),
    "bytes": Metric("Size as stored", "lower", "B", "cost"),
    "bytes_compressed": Metric("Size after compression", "lower", "B", "cost"),
    "latency_ms": Metric("Latency of one picture, one thread of a CPU, measured alone", "lower", "ms", "cost"),
    "latency_dense_ms": Metric("Latency of the dense network, in turn with it", "neither", "ms", "cost"),
    "latency_noise": Metric("Half of the 95 % interval of their ratio", "neither", "", "cost"),
}
