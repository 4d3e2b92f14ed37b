"""The interval holds what it claims to hold, as often as it claims."""

from collections.abc import Callable
from statistics import median

import pytest
import torch
from scipy import stats
from torch import Generator, Tensor

from ganprune.metrics.evidence import Evidence, View
from ganprune.metrics.jackknife import GROUPS, STUDENT_T, interval
from ganprune.metrics.quality import frechet_distance


def _samples(n: int, seed: int, dimensions: int = 8) -> Tensor:
    """Of a skewed distribution, its dimensions correlated."""
    random = Generator().manual_seed(seed)
    mixed = torch.randn(n, dimensions, dtype=torch.float64, generator=random)
    return mixed + 0.5 * mixed[:, :1].exp()


def test_the_quantile_is_students():
    assert pytest.approx(stats.t.ppf(0.975, GROUPS - 1), abs=1e-6) == STUDENT_T


def test_of_a_mean_it_is_the_textbook_interval_over_means_of_groups():
    samples = _samples(1000, 0)[:, 0]
    means = samples.view(GROUPS, -1).mean(dim=1).numpy()
    expected = stats.t.interval(0.95, GROUPS - 1, means.mean(), stats.sem(means))
    assert interval(lambda part: part.mean().item(), samples) == pytest.approx(expected)


@pytest.fixture
def fcd() -> Callable[[Tensor], float]:
    """The distance to a distribution somewhat wider and elsewhere."""
    real = View(_samples(5000, 10_000) * 1.1 + 0.3)
    return lambda drawn: frechet_distance(Evidence(real, View(drawn)))


def test_it_holds_the_mean_frechet_distance_of_other_samples_about_95_times_of_100(fcd):
    n = 500
    others = torch.tensor([fcd(_samples(n, 1000 + seed)) for seed in range(400)]).mean().item()
    found = [interval(fcd, _samples(n, seed)) for seed in range(100)]
    assert 85 <= sum(low <= others <= high for low, high in found) <= 99


def test_four_times_the_samples_give_half_the_width(fcd):
    short, long = (
        median(high - low for low, high in (interval(fcd, _samples(n, seed)) for seed in range(20)))
        for n in (500, 2000)
    )
    assert short / long == pytest.approx(2, rel=0.25)


def test_samples_need_not_fill_the_groups():
    low, high = interval(lambda part: part.mean().item(), torch.arange(13.0))
    assert low < 6 < high
