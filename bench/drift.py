"""Drift of 250 pairs, three metrics, on one core: times faster than sewar in a loop."""

from collections.abc import Callable
from time import perf_counter

import numpy as np
import sewar
import torch
import torch.nn.functional as F
from sewar.utils import Filter
from torch import Generator, Tensor

from bench.figure import Figure, figure
from ganprune.metrics import drift
from ganprune.metrics.threads import one_thread

PAIRS = 250
SIDE = 32
REPEATS = 7
REACH_RATIO, REACH_DIFFERENCE = 10, 1e-5
WEIGHTS = np.array(drift.SCALE_WEIGHTS) / sum(drift.SCALE_WEIGHTS)


def figures() -> list[Figure]:
    x, y = _pairs()
    with one_thread():
        _ratio(x, y)  # the first one pays for set-up
        ratios = [_ratio(x, y) for _ in range(REPEATS)]
    return [
        figure("drift_times_sewar", ratios, "x", "higher", REACH_RATIO),
        figure("drift_largest_difference", [max(_differences(x, y).values())], "", "lower", REACH_DIFFERENCE),
    ]


def _ratio(x: Tensor, y: Tensor) -> float:
    """sewar's seconds by ours, taken one after the other, so that both meet the same machine."""
    ours = _seconds(lambda: [metric(x, y) for metric in (drift.uqi, drift.ssim, drift.ms_ssim)])
    theirs = _seconds(lambda: [_in_a_loop(metric, x, y) for metric in (_uqi, _ssim, _msssim)])
    return theirs / ours


def _pairs() -> tuple[Tensor, Tensor]:
    """Smooth colour pictures, and the same with noise."""
    generator = Generator().manual_seed(0)
    coarse = torch.randint(256, (PAIRS, 3, 8, 8), generator=generator).float()
    smooth = F.interpolate(coarse, size=SIDE, mode="bicubic")
    noisy = smooth + 20 * torch.randn(smooth.shape, generator=generator)
    return tuple(pictures.clamp(0, 255).to(torch.uint8) for pictures in (smooth, noisy))


def _uqi(x: np.ndarray, y: np.ndarray) -> float:
    return sewar.uqi(x, y)


def _ssim(x: np.ndarray, y: np.ndarray, window: int = drift.SSIM_WINDOW) -> float:
    return sewar.ssim(x, y, MAX=255, fltr_specs={"fltr": Filter.GAUSSIAN, "sigma": drift.SIGMA, "ws": window})[0]


def _msssim(x: np.ndarray, y: np.ndarray) -> float:
    return sewar.msssim(x, y, weights=WEIGHTS, ws=drift.MS_SSIM_WINDOW, MAX=255)


def _in_a_loop(metric: Callable[[np.ndarray, np.ndarray], float], x: Tensor, y: Tensor) -> np.ndarray:
    pairs = zip(x.permute(0, 2, 3, 1).numpy(), y.permute(0, 2, 3, 1).numpy(), strict=True)
    return np.array([metric(a, b) for a, b in pairs])


def _differences(x: Tensor, y: Tensor) -> dict[str, float]:
    """sewar's MS-SSIM halves otherwise (see `drift.ms_ssim`), so one scale of it is compared: of 8 to 13 pixels."""
    small_x, small_y = x[..., :13, :13], y[..., :13, :13]
    same = {
        "uqi_sewar": (drift.uqi_sewar(x, y), _in_a_loop(_uqi, x, y)),
        "ssim": (drift.ssim(x, y), _in_a_loop(_ssim, x, y)),
        "ms_ssim of one scale": (
            drift.ms_ssim(small_x, small_y),
            _in_a_loop(lambda a, b: max(0, _ssim(a, b, drift.MS_SSIM_WINDOW)), small_x, small_y),
        ),
    }
    return {name: float(np.abs(ours.numpy() - theirs).max()) for name, (ours, theirs) in same.items()}


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
