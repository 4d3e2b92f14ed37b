"""Drift of 250 pairs, three metrics, on one core: ours beside sewar in a loop. `python -m bench.drift`."""

import platform
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import sewar
import torch
import torch.nn.functional as F
from sewar.utils import Filter
from torch import Generator, Tensor

from ganprune.metrics import drift
from ganprune.metrics.threads import one_thread

PAIRS = 250
SIDE = 32
REPEATS = 7
REACH_RATIO, REACH_DIFFERENCE = 10, 1e-5
WEIGHTS = np.array(drift.SCALE_WEIGHTS) / sum(drift.SCALE_WEIGHTS)


def figures() -> list[dict]:
    """What `bench/results/latest.json` holds of this benchmark."""
    x, y = _pairs()
    with one_thread():
        _ratio(x, y)  # the first one pays for set-up
        ratios = [_ratio(x, y) for _ in range(REPEATS)]
    differences = _differences(x, y).values()
    return [
        {
            "name": f"drift of {PAIRS} pairs, three metrics: times faster than sewar in a loop",
            "value": median(ratios),
            "unit": "x",
            "better": "higher",
            "reach": REACH_RATIO,
            "reached": median(ratios) >= REACH_RATIO,
            "n": len(ratios),
            "spread": [min(ratios), max(ratios)],
        },
        {
            "name": "drift: largest difference from sewar where the definitions are the same",
            "value": max(differences),
            "unit": "",
            "better": "lower",
            "reach": REACH_DIFFERENCE,
            "reached": max(differences) <= REACH_DIFFERENCE,
            "n": PAIRS,
            "spread": [min(differences), max(differences)],
        },
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


def _processor() -> str:
    models = re.findall(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return models[0] if models else platform.machine()


def main() -> None:
    versions = {name: version(name) for name in ("torch", "numpy", "sewar")}
    print(f"{_processor()}, one thread; {', '.join(map(' '.join, versions.items()))}")
    for figure in figures():
        print(f"{figure['name']}: {figure['value']:.3g} (n = {figure['n']}, spread {figure['spread']}, ", end="")
        print(f"reach {figure['reach']}: {'reached' if figure['reached'] else 'MISSED'})")


if __name__ == "__main__":
    main()
