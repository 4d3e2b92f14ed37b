"""How far a pruned generator's picture has moved from the dense one's for the same latent; 1 = unchanged.

All take two uint8 tensors (n, channels, height, width), data range 255, and give (n,) values in float64, one a pair.
Windows stay inside the picture. A ValueError says when a picture is smaller than the window.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from ganprune.chunks import at_once
from ganprune.metrics.windows import halved, slide
from ganprune.waiting import read

UQI_WINDOW = 8
SSIM_WINDOW = 11
MS_SSIM_WINDOW = 7  # 11 would leave one scale at 28 pixels
SIGMA = 1.5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001)  # the first three of Wang et al. 2003; used as many as fit, made to sum to 1
MID_GREY = 128
CHUNK = 100  # pictures at once, so that all maps stay in a CPU's cache
BOX = (1.0,) * UQI_WINDOW


class Moments(NamedTuple):
    """Under a sliding Gaussian window; of pixels around 0."""

    mean_x: Tensor
    mean_y: Tensor
    variances: Tensor  # of x plus of y
    covariance: Tensor


def uqi(x: Tensor, y: Tensor) -> Tensor:
    """Universal quality index (Wang & Bovik 2002): windows of 8, mean over windows and channels.

    A window that is flat in both pictures (0/0 in the paper) counts its luminance alone, 1 when both are black.
    """
    return _in_chunks(_uqi, x, y)


def uqi_sewar(x: Tensor, y: Tensor) -> Tensor:
    """What sewar 0.4.10 gives for `uqi`, to compare with the literature; no quality index (see METRICS).

    It puts window MEANS into the formula for window sums, so that its covariance is 64 E[xy] - E[x] E[y], and leaves
    out the last row and column of windows.
    """
    return _in_chunks(_uqi_sewar, x, y)


def ssim(x: Tensor, y: Tensor) -> Tensor:
    """Structural similarity (Wang et al. 2004): Gaussian window of 11, sigma 1.5, mean over windows and channels."""
    return _in_chunks(_ssim, x, y)


def ms_ssim(x: Tensor, y: Tensor) -> Tensor:
    """Multi-scale SSIM (Wang et al. 2003) for small pictures: window 7, as many scales as fit, at most 3.

    Negative terms count as 0. Halving is by 2x2 means (sewar's also averages neighbouring channels).
    """
    return _in_chunks(_ms_ssim, x, y)


def spread(values: Tensor) -> dict[str, float]:
    """Mean, median, extremes, and population variance and standard deviation, of (n,) values."""
    return spreads({"": values})[""]


def spreads(values: Mapping[str, Tensor]) -> dict[str, dict[str, float]]:
    """Those of several metrics, by name."""
    found = {name: _statistics(each.double()) for name, each in values.items()}
    told = read({(name, statistic): value for name, each in found.items() for statistic, value in each.items()})
    return {name: {statistic: told[name, statistic] for statistic in each} for name, each in found.items()}


def _statistics(values: Tensor) -> dict[str, Tensor]:
    return {
        "mean": values.mean(),
        "median": values.quantile(0.5),
        "min": values.min(),
        "max": values.max(),
        "variance": values.var(correction=0),
        "std": values.std(correction=0),
    }


def _in_chunks(metric: Callable[[Tensor, Tensor], Tensor], x: Tensor, y: Tensor) -> Tensor:
    if x.shape != y.shape or x.dtype != torch.uint8 or y.dtype != torch.uint8:
        raise ValueError(
            f"drift compares uint8 pictures of one shape, not {x.dtype} {x.shape} with {y.dtype} {y.shape}"
        )
    size = at_once(x.device, CHUNK)
    return torch.cat([metric(a, b) for a, b in zip(x.split(size), y.split(size), strict=True)]).double()


def _precision(device: torch.device) -> torch.dtype:
    """Of pixels: enough for 1e-5. On a GPU float32 is not, where products may be rounded to TF32."""
    return torch.float32 if device.type == "cpu" else torch.float64


def _uqi(x: Tensor, y: Tensor) -> Tensor:
    n = UQI_WINDOW**2
    sum_x, sum_y, sum_squares, sum_products = _box_sums(x, y)
    product, squares = sum_x * sum_y, sum_x.square() + sum_y.square()
    variances = n * sum_squares - squares
    luminance = torch.where(squares == 0, 1, 2 * product / squares)
    structure = torch.where(variances == 0, 1, 2 * (n * sum_products - product) / variances)
    return (luminance * structure).mean(dim=(1, 2, 3))


def _uqi_sewar(x: Tensor, y: Tensor) -> Tensor:
    n = UQI_WINDOW**2
    sum_x, sum_y, sum_squares, sum_products = (sums[..., :-1, :-1] for sums in _box_sums(x, y))
    if sum_x.numel() == 0:
        raise ValueError(f"uqi_sewar needs pictures larger than {UQI_WINDOW} pixels")
    product, squares = sum_x * sum_y, sum_x.square() + sum_y.square()
    # All times n², which cancels.
    quality = 4 * (n * n * sum_products - product) * product / ((n * n * sum_squares - squares) * squares)
    return torch.where(squares == 0, 1, quality).mean(dim=(1, 2, 3))


def _ssim(x: Tensor, y: Tensor) -> Tensor:
    moments = _moments(_centred(x), _centred(y), SSIM_WINDOW)
    return (_luminance(moments) * _structure(moments)).mean(dim=(1, 2, 3))


def _ms_ssim(x: Tensor, y: Tensor) -> Tensor:
    x, y = _centred(x), _centred(y)
    weights, terms = _scale_weights(min(x.shape[2:]), x.dtype, x.device), []
    for _ in range(len(weights)):
        moments = _moments(x, y, MS_SSIM_WINDOW)
        similarity = _structure(moments)
        terms.append(similarity.mean(dim=(1, 2, 3)))
        x, y = halved(x), halved(y)
    terms[-1] = (_luminance(moments) * similarity).mean(dim=(1, 2, 3))
    return (torch.stack(terms, dim=1).clamp(min=0) ** weights).prod(dim=1)


@cache
def _scale_weights(side: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    weights = torch.tensor(SCALE_WEIGHTS[: _scales_that_fit(side)], dtype=dtype)
    return (weights / weights.sum()).to(device)


def _scales_that_fit(side: int) -> int:
    return 1 + sum(side >> halvings >= MS_SSIM_WINDOW for halvings in (1, 2))


def _box_sums(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Sums over windows of x, y, x² + y² and x y."""
    x, y = (pixels.to(_precision(pixels.device)) for pixels in (x, y))
    # Exact in float32: whole numbers up to 2 * 64 * 255² < 2²⁴. What is made of them is not, hence float64.
    return tuple(slide(maps, BOX).double() for maps in (x, y, x * x + y * y, x * y))


def _centred(x: Tensor) -> Tensor:
    """Pixels around 0: variances, as small differences of squares, then keep enough digits in float32."""
    return x.to(_precision(x.device)) - MID_GREY


def _moments(x: Tensor, y: Tensor, window: int) -> Moments:
    weights = _gaussian(window, x.dtype)
    mean_x, mean_y = slide(x, weights), slide(y, weights)
    variances = slide(x * x + y * y, weights) - mean_x.square() - mean_y.square()
    return Moments(mean_x, mean_y, variances, slide(x * y, weights) - mean_x * mean_y)


@cache
def _gaussian(window: int, dtype: torch.dtype) -> tuple[float, ...]:
    weights = torch.exp(-((torch.arange(window, dtype=dtype) - window // 2) ** 2) / (2 * SIGMA**2))
    return tuple((weights / weights.sum()).tolist())


def _luminance(moments: Moments) -> Tensor:
    mean_x, mean_y = moments.mean_x + MID_GREY, moments.mean_y + MID_GREY
    return (2 * mean_x * mean_y + C1) / (mean_x.square() + mean_y.square() + C1)


def _structure(moments: Moments) -> Tensor:
    """Contrast times structure, one fraction in SSIM."""
    return (2 * moments.covariance + C2) / (moments.variances + C2)
