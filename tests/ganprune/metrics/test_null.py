"""Null lines: what they claim to be, drawn from all pictures and not from the first ones."""

import pytest
import torch
from torch import Generator, Tensor

from ganprune.metrics import null


def _generator() -> Generator:
    return Generator().manual_seed(0)


@pytest.fixture(scope="module")
def sorted_by_class() -> Tensor:
    """600 dim pictures, then 600 bright ones, as files come; neighbouring pixels alike."""
    coarse = torch.randint(60, (1200, 2, 4, 4), generator=_generator())
    brightness = torch.tensor([60, 140]).repeat_interleave(600)[:, None, None, None]
    return (coarse.repeat_interleave(2, 2).repeat_interleave(2, 3) + brightness).to(torch.uint8)


def test_gaussian_pictures_have_the_mean_and_covariance_of_the_training_pixels(sorted_by_class: Tensor):
    drawn = null.gaussian_pictures(sorted_by_class, 5000, _generator())
    assert (drawn.dtype, drawn.shape) == (torch.uint8, (5000, 2, 8, 8))
    real, fake = (pictures.flatten(1).double() for pictures in (sorted_by_class, drawn))
    assert (real.mean(0) - fake.mean(0)).abs().max() < 3
    assert (real.T.cov() - fake.T.cov()).norm() < 0.1 * real.T.cov().norm()


def test_gaussian_pictures_are_fitted_to_all_classes_even_when_only_some_pictures_are_used(
    sorted_by_class: Tensor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(null, "FITTED_PICTURES", 300)
    drawn = null.gaussian_pictures(sorted_by_class, 1000, _generator())
    assert drawn.float().mean() == pytest.approx(sorted_by_class.float().mean(), abs=5)


def test_repeated_pictures_are_16_real_ones(sorted_by_class: Tensor):
    repeated = null.repeated_pictures(sorted_by_class, 100, _generator())
    assert len(repeated) == 100
    distinct = repeated.flatten(1).unique(dim=0)
    assert len(distinct) == 16
    assert (distinct[:, None] == sorted_by_class.flatten(1)).all(dim=2).any(dim=1).all()


def test_real_pictures_are_not_the_first_ones(sorted_by_class: Tensor):
    drawn = null.real_pictures(sorted_by_class, 200, _generator())
    bright = (drawn.float().mean(dim=(1, 2, 3)) > 130).double().mean()
    assert bright == pytest.approx(0.5, abs=0.15)


def test_unrelated_pairs_are_never_a_picture_with_itself():
    numbered = torch.arange(7, dtype=torch.uint8)[:, None, None, None].expand(7, 1, 8, 8)
    x, y = null.unrelated_pairs(numbered, 500, _generator())
    assert x.shape == y.shape == (500, 1, 8, 8)
    assert not (x == y).any()


@pytest.mark.parametrize("draw", [null.gaussian_pictures, null.repeated_pictures, null.real_pictures])
def test_the_generator_fixes_the_pictures(draw, sorted_by_class: Tensor):
    assert torch.equal(draw(sorted_by_class, 50, _generator()), draw(sorted_by_class, 50, _generator()))


def test_matched_pictures_have_the_colours_of_others_and_the_mean_picture_is_theirs(sorted_by_class: Tensor):
    pale = (sorted_by_class[::7] // 4 + 100).to(torch.uint8)
    matched = null.matched_pictures(pale, sorted_by_class).float()
    for moment in (torch.mean, torch.std):
        expected, found = (moment(each.float(), dim=(0, 2, 3)) for each in (sorted_by_class, matched))
        assert (expected - found).abs().max() < 1
    mean = null.mean_picture(sorted_by_class, 3)
    assert (3, *sorted_by_class.shape[1:]) == mean.shape
    assert (mean[2].float() - sorted_by_class.float().mean(dim=0)).abs().max() <= 0.5
