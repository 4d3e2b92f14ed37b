"""Paper 1's experiment: "Exploring the Impact of Model Pruning on GANs" (Khanna and Srivatsa), and what it published.

A DCGAN is trained once and pruned in one shot by two methods: the generator alone, every layer, no fine-tuning. The
pictures of 250 latents, before and after, are compared by UQI, SSIM and MS-SSIM. Here each pair is measured twice:
as sewar gives it in the way the paper most likely used it, and as it should be measured.
"""

import copy
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sewar
import torch
from torch import Tensor, nn

from ganprune import seeds
from ganprune.config import PruneSettings, TrainSettings
from ganprune.data.images import crop, to_bytes
from ganprune.masks import masked
from ganprune.methods import METHODS
from ganprune.metrics import drift
from ganprune.metrics.cost import Sparsity, sparsity
from ganprune.models.gan import pictures, recalibrate
from ganprune.train import Training

PAIRS = 250
RECIPES = {  # it is silent on batch, latent size and width
    "cifar10": TrainSettings(),
    "fashion-mnist": TrainSettings(epochs=15, lr_d=1e-4),
}
THRESHOLDS = {"sensitivity": 0.75, "percentage": 50.0}  # by method: a table each
STATISTICS = ("mean", "median", "mode", "max", "min", "variance", "std")

# Verbatim, under the paper's own headings. It does not say which of its data sets the tables are of.
PUBLISHED_SPARSITY = {"sensitivity": "0.54 percent", "percentage": "50 percent"}
_ONES = dict.fromkeys(("mean", "median", "mode", "max", "min"), "1.0+0.0j")
_PLAIN_ONES = dict.fromkeys(("mean", "median", "max", "min"), "1.0") | {"mode": "(1.0, 1.0)"}
PUBLISHED: dict[str, dict[str, dict[str, str]]] = {
    "sensitivity": {
        "uqi": dict(zip(STATISTICS, ("0.922", "0.930", "0.731", "0.979", "0.731", "0.001", "0.038"), strict=True)),
        "ssim": _ONES,
        "ms_ssim": _PLAIN_ONES,
    },
    "percentage": {
        "uqi": dict(zip(STATISTICS, ("0.950", "0.954", "0.859", "0.993", "0.859", "0.0007", "0.027"), strict=True)),
        "ssim": _ONES,
        "ms_ssim": _PLAIN_ONES,
    },
}

Values = dict[str, Tensor]  # by metric: (n,) values, one a pair


@dataclass(frozen=True)
class Arm:
    """One method: what it took, and pictures in [-1, 1] after it, before and after recalibration."""

    sparsity: Sparsity
    drawn: Tensor
    recalibrated: Tensor


@dataclass(frozen=True)
class Experiment:
    """Pictures (250, channels, side, side) in [-1, 1] of the same latents."""

    dense: Tensor
    dense_recalibrated: Tensor  # recalibrated without being pruned: what recalibration alone changes
    arms: dict[str, Arm]  # by method


def experiment(training: Training, side: int) -> Experiment:
    """Prune the raw generator of a training by both methods; `side`: pixels that are picture, not padding."""
    random = seeds.generator(training.settings.seed, "paper latents", device=training.device)
    inputs = training.gan.inputs(PAIRS, random)
    dense = training.dense_generator(averaged=False)

    def draw(net: nn.Module) -> Tensor:
        return crop(pictures(net, inputs).cpu(), side)

    def draw_mended(net: nn.Module) -> Tensor:
        recalibrated = copy.deepcopy(net)
        recalibrate(recalibrated, training.recalibration_inputs())
        return draw(recalibrated)

    def arm(method: str, threshold: float) -> Arm:
        net = pruned(dense, method, threshold, training)
        return Arm(sparsity(net), draw(net), draw_mended(net))

    arms = {method: arm(method, threshold) for method, threshold in THRESHOLDS.items()}
    return Experiment(draw(dense), draw_mended(dense), arms)


def pruned(dense: nn.Module, method: str, threshold: float, training: Training) -> nn.Module:
    """A copy, pruned in one shot: the output layer too, batch norm left as it was."""
    cut = METHODS[method].cut(dense, training, PruneSettings(method=method, spare_output=False))
    return masked(dense, cut.masks(threshold))


def as_sewar(dense: Tensor, other: Tensor, low: float = 0.0) -> Values:
    """sewar on float pictures with MAX=255, whose constants swamp a signal of order 1: everything but UQI is then 1.

    Pictures are brought from [-1, 1] to [low, 1], on which sewar's UQI depends.
    """
    pairs = list(zip(_as_arrays(dense, low), _as_arrays(other, low), strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # small pictures get fewer scales
        return {
            "uqi": _each(sewar.uqi, pairs),
            "ssim": _each(lambda x, y: sewar.ssim(x, y, MAX=255)[0], pairs),
            "ms_ssim": _each(lambda x, y: sewar.msssim(x, y, MAX=255), pairs),
        }


def as_it_should_be(dense: Tensor, other: Tensor) -> Values:
    """The drift metrics of this project, on the bytes that a file would hold."""
    pair = to_bytes(dense), to_bytes(other)
    return {"uqi": drift.uqi(*pair), "ssim": drift.ssim(*pair), "ms_ssim": drift.ms_ssim(*pair)}


def statistics(values: Tensor) -> dict[str, float]:
    """Those of the paper's tables; the mode as scipy gives it, of equally frequent values the smallest."""
    return drift.spread(values) | {"mode": _mode(values)}


def unrelated(drawn: Tensor) -> Tensor:
    """Each picture's neighbour: from another latent, so that a metric which is right finds nothing alike."""
    return drawn.roll(1, dims=0)


def _as_arrays(drawn: Tensor, low: float) -> np.ndarray:
    """(n, height, width, channels) in [low, 1]."""
    unit = (drawn.double() + 1) / 2
    return (low + (1 - low) * unit).permute(0, 2, 3, 1).numpy()


def _each(metric: Callable[[np.ndarray, np.ndarray], float], pairs: list[tuple[np.ndarray, np.ndarray]]) -> Tensor:
    return torch.tensor([float(metric(x, y)) for x, y in pairs], dtype=torch.float64)


def _mode(values: Tensor) -> float:
    found, counts = values.unique(return_counts=True)
    return found[counts.argmax()].item()
