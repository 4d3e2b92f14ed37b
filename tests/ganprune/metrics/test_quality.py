"""Quality: equal to other people's implementations, and verdicts that hold where one number is fooled."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm
from scipy.spatial import cKDTree
from torch import Generator, Tensor
from torch_fidelity.metric_fid import fid_statistics_to_metric
from torch_fidelity.metric_kid import kernel_poly, mmd2
from torch_fidelity.metric_prc import calculate_precision_recall_full
from torchmetrics.image.kid import poly_mmd

from ganprune.metrics import measured, quality
from ganprune.metrics.evidence import ROWS, Evidence, View


def _features(n: int, dimensions: int = 16, seed: int = 0, scale: float = 1.0, shift: float = 0.0) -> Tensor:
    """Correlated, not Gaussian, in float32 like a network's."""
    generator = Generator().manual_seed(seed)
    mix = torch.randn(dimensions, dimensions, generator=Generator().manual_seed(99))
    return scale * (torch.randn(n, dimensions, generator=generator) @ mix).relu() + shift


def _seen(real: Tensor, drawn: Tensor) -> Evidence:
    return Evidence(View(real.double()), View(drawn.double()))


def _fcd(real: Tensor, drawn: Tensor) -> float:
    return quality.frechet_distance(_seen(real, drawn))


def _kcd(real: Tensor, drawn: Tensor) -> float:
    return quality.kernel_distance(_seen(real, drawn))


def _statistics(features: Tensor) -> dict[str, np.ndarray]:
    array = features.double().numpy()
    return {"mu": array.mean(0), "sigma": np.cov(array, rowvar=False)}


def test_fcd_equals_the_definition_with_scipys_matrix_root_and_torch_fidelity():
    real, fake = _features(300), _features(200, seed=1, scale=1.2, shift=0.3)
    a, b = _statistics(real), _statistics(fake)
    root = sqrtm(a["sigma"] @ b["sigma"]).real
    definition = ((a["mu"] - b["mu"]) ** 2).sum() + np.trace(a["sigma"] + b["sigma"] - 2 * root)
    assert _fcd(real, fake) == pytest.approx(definition, rel=1e-9)
    theirs = fid_statistics_to_metric(a, b, verbose=False)["frechet_inception_distance"]
    assert _fcd(real, fake) == pytest.approx(theirs, rel=1e-6)


def test_fcd_holds_with_fewer_samples_than_dimensions():
    real, fake = _features(30, dimensions=64), _features(20, dimensions=64, seed=1)
    # tr (A B)^½ is the sum of singular values of the cross products of centred samples: no covariance is needed.
    x, y = (features.double() - features.double().mean(0) for features in (real, fake))
    cross = torch.linalg.svdvals(x @ y.T / math.sqrt(29 * 19)).sum()
    apart = (real.double().mean(0) - fake.double().mean(0)).square().sum()
    expected = apart + x.square().sum() / 29 + y.square().sum() / 19 - 2 * cross
    assert _fcd(real, fake) == pytest.approx(expected.item(), rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(shift=st.floats(-5, 5), scale=st.floats(0.1, 3))
def test_fcd_of_moved_and_stretched_features_is_what_geometry_says(shift: float, scale: float):
    centred = _features(100).double()
    centred -= centred.mean(0)
    expected = 16 * shift**2 + (scale - 1) ** 2 * centred.T.cov().trace().item()
    assert _fcd(centred, scale * centred + shift) == pytest.approx(expected, abs=1e-5)


def test_kcd_equals_torchmetrics_and_torch_fidelity_over_more_rows_than_a_block():
    n = ROWS + 50
    real, fake = _features(n), _features(n, seed=1, scale=1.1)
    ours = _kcd(real, fake)
    assert ours == pytest.approx(poly_mmd(real.double(), fake.double()).item(), rel=1e-9)
    x, y = real.double().numpy(), fake.double().numpy()
    options = {"kid_kernel_poly_degree": 3, "kid_kernel_poly_gamma": None, "kid_kernel_poly_coef0": 1}
    kernels = [kernel_poly(a, b, **options) for a, b in ((x, x), (x, y), (y, y))]
    assert ours == pytest.approx(mmd2(*kernels), rel=1e-9)


def test_kcd_takes_unequal_numbers_and_is_unbiased():
    whole = _features(3000)
    estimates = [_kcd(whole[i : i + 60], whole[i + 60 : i + 100]) for i in range(0, 3000, 100)]
    spread = np.std(estimates) / math.sqrt(len(estimates))
    assert abs(np.mean(estimates)) < 3 * spread


def _neighbourhoods_by_trees(real: np.ndarray, fake: np.ndarray, k: int) -> dict[str, float]:
    """The papers' definitions written point by point."""

    def balls(points):
        return cKDTree(points).query(points, k + 1)[0][:, k]

    real_balls, fake_balls = balls(real), balls(fake)
    inside_real = [np.flatnonzero(np.linalg.norm(real - f, axis=1) <= real_balls) for f in fake]
    return {
        "precision": np.mean([len(found) > 0 for found in inside_real]),
        "recall": np.mean([(np.linalg.norm(fake - r, axis=1) <= fake_balls).any() for r in real]),
        "density": np.mean([len(found) for found in inside_real]) / k,
        "coverage": len(set(np.concatenate(inside_real))) / len(real),
    }


def test_neighbourhood_scores_equal_the_papers_definitions():
    real, fake = _features(200), _features(150, seed=1, scale=0.8, shift=0.2)
    ours = {name: getattr(quality, name)(_seen(real, fake)) for name in ("precision", "recall", "density", "coverage")}
    assert ours == pytest.approx(_neighbourhoods_by_trees(real.double().numpy(), fake.double().numpy(), 5))
    theirs = calculate_precision_recall_full(fake.double(), real.double(), neighborhood=5)
    assert (ours["precision"], ours["recall"]) == pytest.approx(theirs, abs=1e-6)


def test_coverage_alone_is_the_same_in_more_rows_than_a_block():
    seen = _seen(_features(1100), _features(150, seed=1, scale=0.8, shift=0.2))
    assert quality.coverage_alone(seen) == quality.coverage(seen)


def test_a_few_real_pictures_repeated_are_precise_but_do_not_cover():
    real = _features(1000)
    repeated, fresh = _seen(real, _features(16, seed=1).repeat(60, 1)), _seen(real, _features(960, seed=1))
    assert quality.precision(repeated) > 0.8
    assert quality.coverage(repeated) < 0.25 * quality.coverage(fresh)


def test_what_the_shelf_measures_in_one_view_is_what_its_functions_say_one_by_one():
    real, fake = _features(200), _features(150, seed=1)
    scores = measured("quality", _seen(real, fake), view="classifier")
    assert (_fcd(real, fake), _kcd(real, fake)) == (scores["fcd"], scores["kcd"])
    assert {"precision", "recall", "density", "coverage"} == scores.keys() - {"fcd", "kcd"}


def test_skill_is_1_for_real_and_0_for_the_gaussian():
    assert (quality.skill(0.0, 7.7), quality.skill(7.7, 7.7)) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"skill": 0.0}, False),
        ({"coverage": 0.19}, False),
        ({"n_samples": 250}, False),
        ({"skill": math.nan}, False),
    ],
)
def test_eligible_needs_skill_half_the_dense_coverage_and_all_samples(change: dict, expected: bool):
    point = {"skill": 0.5, "coverage": 0.2, "dense_coverage": 0.4, "n_samples": 1000, "full_n": 1000}
    assert quality.eligible(**(point | change)) is expected


def _predictions(counts: list[int]) -> Tensor:
    return torch.eye(len(counts)).repeat_interleave(torch.tensor(counts), dim=0)


def test_entropy_of_classes_is_that_of_the_predicted_ones():
    assert quality.entropy_of_classes(_predictions([50, 50])) == pytest.approx(math.log(2))
    assert quality.entropy_of_classes(_predictions([100, 0, 0])) == 0


@pytest.mark.parametrize(
    ("coverage", "counts", "expected"),
    [
        (0.5, None, False),
        (0.019, None, True),
        (math.nan, None, True),
        (0.5, [100] * 10, False),
        (0.5, [60, 20, 0, 0, 0, 0, 0, 0, 0, 0], True),  # less than two classes' worth
        (0.5, [60, 40], False),  # ln 2 is all that two classes can reach
        (0.5, [99, 1], True),
    ],
)
def test_diverged_is_no_coverage_or_hardly_any_classes(coverage: float, counts: list[int] | None, expected: bool):
    probabilities = None if counts is None else _predictions(counts)
    assert quality.diverged(coverage, probabilities) is expected


def test_diverged_does_not_ask_for_more_classes_than_the_real_pictures_show():
    rare = _predictions([95, 5])
    assert quality.diverged(0.5, rare)
    assert not quality.diverged(0.5, rare, real_entropy=quality.entropy_of_classes(rare))
