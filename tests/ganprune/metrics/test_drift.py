"""Drift: equal to the papers, to sewar and to torchmetrics where they define the same, for every size of picture."""

import warnings

import numpy as np
import pytest
import sewar
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sewar.utils import Filter
from sklearn.datasets import load_digits
from torch import Generator, Tensor
from torchmetrics.functional.image import structural_similarity_index_measure

from bench import drift as benchmark
from ganprune.metrics import drift

ALL = (drift.uqi, drift.uqi_sewar, drift.ssim, drift.ms_ssim)
SIZES = [(1, 16), (1, 28), (3, 32), (3, 33)]


def _pairs(channels: int = 3, side: int = 32, n: int = 6, noise: float = 30.0) -> tuple[Tensor, Tensor]:
    """Digits on black, enlarged, and the same with noise: both flat and busy windows."""
    few = torch.tensor(load_digits().images[:n] * 15.9, dtype=torch.float32)[:, None].expand(-1, channels, -1, -1)
    x = torch.nn.functional.interpolate(few, size=side, mode="bilinear")
    x = x * torch.tensor([1.0, 0.5, 0.8])[:channels, None, None]
    y = x + noise * torch.randn(x.shape, generator=Generator().manual_seed(0)) * (x > 40)
    return x.clamp(0, 255).to(torch.uint8), y.clamp(0, 255).to(torch.uint8)


def _constant(level: int) -> Tensor:
    return torch.full((1, 1, 32, 32), level, dtype=torch.uint8)


def _each(metric, x: Tensor, y: Tensor) -> np.ndarray:
    """An implementation that takes one pair (height, width, channels) at a time."""
    pairs = zip(x.permute(0, 2, 3, 1).numpy(), y.permute(0, 2, 3, 1).numpy(), strict=True)
    return np.array([metric(a, b) for a, b in pairs])


def _textbook_uqi(x: np.ndarray, y: np.ndarray) -> float:
    """Wang & Bovik 2002, window by window."""
    values = []
    for i, j, c in np.ndindex(x.shape[0] - 7, x.shape[1] - 7, x.shape[2]):
        a, b = (picture[i : i + 8, j : j + 8, c].astype(float).ravel() for picture in (x, y))
        ((var_a, cov), (_, var_b)), mean_a, mean_b = np.cov(a, b), a.mean(), b.mean()
        luminance = 1.0 if mean_a == mean_b == 0 else 2 * mean_a * mean_b / (mean_a**2 + mean_b**2)
        values.append(luminance if var_a + var_b == 0 else luminance * 2 * cov / (var_a + var_b))
    return np.mean(values)


def _sewar_ssim(window: int):
    options = {"fltr": Filter.GAUSSIAN, "sigma": 1.5, "ws": window}
    return lambda x, y: np.array(sewar.ssim(x, y, MAX=255, fltr_specs=options))


def _ms_ssim_of_sewars_scales(x: Tensor, y: Tensor, scales: int) -> np.ndarray:
    weights = np.array([0.0448, 0.2856, 0.3001][:scales])
    x, y, terms = x.double(), y.double(), []
    for _ in range(scales):
        terms.append(_each(_sewar_ssim(7), x, y))
        x, y = (torch.nn.functional.avg_pool2d(pictures, 2) for pictures in (x, y))
    factors = np.array([*(term[:, 1] for term in terms[:-1]), terms[-1][:, 0]])
    return np.prod(np.clip(factors, 0, None) ** (weights / weights.sum())[:, None], axis=0)


@pytest.mark.parametrize(("channels", "side"), [(1, 8), *SIZES])
def test_uqi_is_the_textbooks_with_flat_windows_counting_their_luminance(channels: int, side: int):
    x, y = _pairs(channels, side, n=3)
    assert drift.uqi(x, y).numpy() == pytest.approx(_each(_textbook_uqi, x, y), abs=1e-9)


@pytest.mark.parametrize(("channels", "side"), SIZES)
def test_uqi_sewar_is_what_sewar_gives(channels: int, side: int):
    x, y = _pairs(channels, side)
    with np.errstate(all="ignore"):
        assert drift.uqi_sewar(x, y).numpy() == pytest.approx(_each(sewar.uqi, x, y), abs=1e-9)


@pytest.mark.parametrize(("channels", "side"), SIZES)
def test_ssim_is_that_of_sewar_with_a_gaussian_window_and_of_torchmetrics(channels: int, side: int):
    x, y = _pairs(channels, side)
    ours = drift.ssim(x, y).numpy()
    assert ours == pytest.approx(_each(_sewar_ssim(11), x, y)[:, 0], abs=1e-5)
    _, maps = structural_similarity_index_measure(x.double(), y.double(), data_range=255.0, return_full_image=True)
    # torchmetrics' mean takes in windows that reach over the border.
    assert ours == pytest.approx(maps[..., 5:-5, 5:-5].mean(dim=(1, 2, 3)).numpy(), abs=1e-5)


@pytest.mark.parametrize(("side", "scales"), [(8, 1), (13, 1), (16, 2), (27, 2), (28, 3), (32, 3), (64, 3)])
def test_ms_ssim_takes_as_many_scales_as_fit_at_most_3(side: int, scales: int):
    x, y = _pairs(3, side)
    assert drift.ms_ssim(x, y).numpy() == pytest.approx(_ms_ssim_of_sewars_scales(x, y, scales), abs=1e-5)


def test_golden_values_of_constant_pictures():
    black, one, white = _constant(0), _constant(1), _constant(255)
    assert drift.ssim(black, white).item() == pytest.approx(9.999e-05, abs=1e-7)
    assert drift.ssim(black, one).item() == pytest.approx(0.86671, abs=1e-5)
    half, quarter = _constant(128), _constant(64)
    assert drift.uqi(half, quarter).item() == pytest.approx(0.8)
    assert drift.uqi_sewar(half, quarter).item() == pytest.approx(0.64)
    for metric in (drift.uqi, drift.uqi_sewar):
        assert metric(black, black).item() == 1
        assert metric(black, half).item() == 0


def test_uqi_tells_noise_and_negatives_apart_where_sewars_does_not():
    generator = Generator().manual_seed(0)
    x, y = (torch.randint(64, 192, (20, 3, 32, 32), dtype=torch.uint8, generator=generator) for _ in range(2))
    assert abs(drift.uqi(x, y).mean()) < 0.1
    assert drift.uqi_sewar(x, y).mean() > 0.85
    assert drift.uqi(x, 255 - x).mean() < -0.95


@settings(max_examples=25, deadline=None)
@given(side=st.integers(11, 40), channels=st.sampled_from([1, 3]), noise=st.floats(0, 80), seed=st.integers(0, 99))
def test_every_metric_is_1_for_the_same_symmetric_and_within_bounds(side, channels, noise, seed):
    x, y = _pairs(channels, side, n=2, noise=noise)
    y = y.roll(seed, dims=-1)
    for metric in ALL:
        assert metric(x, x).numpy() == pytest.approx([1, 1], abs=1e-5)
        assert metric(x, y).numpy() == pytest.approx(metric(y, x).numpy(), abs=1e-6)
        assert ((metric(x, y) >= -1 - 1e-6) & (metric(x, y) <= 1 + 1e-5)).all()
    assert (drift.ms_ssim(x, y) >= 0).all()


def test_ms_ssim_counts_negative_terms_as_0():
    x = torch.randint(256, (4, 1, 32, 32), dtype=torch.uint8, generator=Generator().manual_seed(0))
    assert drift.ms_ssim(x, 255 - x).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("metric", ALL)
def test_a_pair_scores_the_same_alone_and_among_others(metric):
    x, y = _pairs(n=2 * drift.CHUNK + 5)
    assert metric(x, y).shape == (2 * drift.CHUNK + 5,)
    assert metric(x[-2:], y[-2:]).numpy() == pytest.approx(metric(x, y)[-2:].numpy(), abs=1e-6)


@pytest.mark.parametrize("metric", ALL)
@pytest.mark.parametrize(("channels", "side"), SIZES)
def test_a_gpus_precision_moves_no_value(metric, channels: int, side: int, monkeypatch):
    x, y = _pairs(channels, side)
    here = metric(x, y)
    monkeypatch.setattr(drift, "_precision", lambda device: torch.float64)
    assert metric(x, y).numpy() == pytest.approx(here.numpy(), abs=1e-5)


@pytest.mark.gpu
@pytest.mark.parametrize("metric", ALL)
def test_a_gpu_tells_what_a_cpu_tells(metric):
    x, y = _pairs(n=2 * drift.CHUNK + 5)
    assert metric(x.cuda(), y.cuda()).cpu().numpy() == pytest.approx(metric(x, y).numpy(), abs=1e-5)


@pytest.mark.parametrize(
    ("metric", "too_small"), [(drift.uqi, 7), (drift.uqi_sewar, 8), (drift.ssim, 10), (drift.ms_ssim, 6)]
)
def test_pictures_smaller_than_the_window_are_refused(metric, too_small: int):
    x = torch.zeros(2, 1, too_small, too_small, dtype=torch.uint8)
    with pytest.raises(ValueError, match=str(too_small)):
        metric(x, x)


@pytest.mark.parametrize("metric", ALL)
def test_floats_and_different_shapes_are_refused_since_the_range_would_be_a_guess(metric):
    x = torch.zeros(2, 1, 32, 32, dtype=torch.uint8)
    for other in (x.float(), x[:1]):
        with pytest.raises(ValueError, match="uint8"):
            metric(x, other)


def test_spread_equals_numpys():
    values = torch.tensor([0.1, 0.4, 0.2, 0.9])
    array = values.double().numpy()
    expected = {name: getattr(np, name)(array) for name in ("mean", "median", "min", "max", "std")}
    assert drift.spread(values) == pytest.approx(expected | {"variance": array.var()})


def test_the_benchmarks_sewar_side_measures_what_ours_does():
    x, y = _pairs()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert max(benchmark._differences(x, y).values()) <= benchmark.REACH_DIFFERENCE
