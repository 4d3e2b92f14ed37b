"""Paper 1's experiment is run as the paper tells it, and measured as is said."""

import copy

import numpy as np
import pytest
import scipy.stats
import torch

from ganprune.config import ModelSettings, TrainSettings
from ganprune.data.images import to_bytes, to_unit
from ganprune.metrics import drift
from ganprune.paper import (
    PAIRS,
    PUBLISHED,
    STATISTICS,
    THRESHOLDS,
    as_it_should_be,
    as_sewar,
    experiment,
    pruned,
    statistics,
    unrelated,
)
from ganprune.prunable import prunable
from ganprune.train import Training

MODEL = ModelSettings(width=8, latent=8, side=16, channels=1)


@pytest.fixture(scope="module")
def training() -> Training:
    """A few steps, enough for raw and averaged weights to differ."""
    training = Training(MODEL, TrainSettings(batch=16, lr_g=2e-3, lr_d=2e-3))
    random = torch.Generator().manual_seed(0)
    training.train_epoch(torch.randint(256, (160, 1, 16, 16), generator=random, dtype=torch.uint8))
    return training


@pytest.fixture(scope="module")
def found(training):
    return experiment(training, side=16)


@pytest.fixture(scope="module")
def pairs() -> tuple[torch.Tensor, torch.Tensor]:
    """Unlike pictures in [-1, 1] that are exactly bytes."""
    random = torch.Generator().manual_seed(0)
    return tuple(to_unit(torch.randint(256, (4, 3, 32, 32), generator=random, dtype=torch.uint8)) for _ in range(2))


def flat(value: float) -> torch.Tensor:
    return torch.full((1, 1, 32, 32), value)


@pytest.mark.parametrize(("method", "expected"), [("percentage", 0.5), ("sensitivity", 0.547)])
def test_each_method_reaches_the_sparsity_it_stands_for(found, method, expected):
    assert found.arms[method].sparsity.prunable == pytest.approx(expected, abs=0.02)


def test_the_output_layer_is_pruned_like_the_others(found):
    assert min(found.arms["percentage"].sparsity.layers.values()) == pytest.approx(0.5, abs=0.01)


def test_raw_weights_are_pruned_and_batch_norm_is_left_as_it_was(training):
    raw = training.generator.state_dict()
    net = pruned(training.dense_generator(averaged=False), "percentage", 50, training)
    weights = {f"{name}.weight" for name in prunable(net)}
    for name, tensor in net.state_dict().items():
        kept = tensor != 0 if name in weights else torch.ones_like(tensor, dtype=torch.bool)
        assert torch.equal(tensor[kept], raw[name][kept]), name


def test_all_pictures_are_of_the_same_latents(training, found):
    every = [found.dense, found.dense_recalibrated]
    every += [drawn for arm in found.arms.values() for drawn in (arm.drawn, arm.recalibrated)]
    assert {tuple(drawn.shape) for drawn in every} == {(PAIRS, 1, 16, 16)}
    again = experiment(training, side=16)
    assert torch.equal(again.arms["percentage"].drawn, found.arms["percentage"].drawn)
    assert not torch.equal(found.arms["percentage"].drawn, found.arms["percentage"].recalibrated)


def test_padding_is_cropped_before_anything_is_measured(training, found):
    assert torch.equal(experiment(training, side=12).dense, found.dense[..., 2:14, 2:14])


def test_sewars_uqi_is_the_value_that_the_drift_metrics_reproduce(pairs):
    ours = drift.uqi_sewar(*(to_bytes(each) for each in pairs))
    torch.testing.assert_close(as_sewar(*pairs)["uqi"], ours, atol=1e-6, rtol=0)


def test_with_max_255_sewar_finds_black_and_white_alike():
    black, white = flat(-1.0), flat(1.0)
    assert as_sewar(black, white)["ssim"].item() == pytest.approx(0.86671, abs=1e-5)
    assert as_sewar(black, white, low=-1.0)["ssim"].item() == pytest.approx(0.52955, abs=1e-5)
    assert as_it_should_be(black, white)["ssim"].item() == pytest.approx(9.999e-05, rel=1e-3)


def test_sewar_gives_two_flat_greys_the_square_of_their_likeness():
    half, quarter = flat(0.0), flat(-0.5)
    assert as_sewar(half, quarter)["uqi"].item() == pytest.approx(0.64, abs=1e-6)


def test_unrelated_pictures_are_alike_to_sewar_and_not_to_us(pairs):
    assert as_sewar(*pairs)["ssim"].min() > 0.99
    assert as_it_should_be(*pairs)["ssim"].max() < 0.2


def test_unchanged_pictures_score_one_by_every_measure(pairs):
    for measure in (as_sewar, as_it_should_be):
        for values in measure(pairs[0], pairs[0]).values():
            torch.testing.assert_close(values, torch.ones(4, dtype=torch.float64))


def test_no_picture_is_paired_with_itself_when_unrelated(found):
    assert not (unrelated(found.dense) == found.dense).flatten(1).all(1).any()


@pytest.mark.parametrize("values", [[0.3, 0.1, 0.2], [0.5, 0.2, 0.5, 0.2, 0.9]])
def test_the_mode_is_scipys(values):
    assert statistics(torch.tensor(values, dtype=torch.float64))["mode"] == scipy.stats.mode(np.array(values)).mode


def test_statistics_are_those_of_the_papers_tables(pairs):
    assert set(statistics(torch.rand(9))) == set(STATISTICS)
    for method in THRESHOLDS:
        for given in PUBLISHED[method].values():
            assert set(given) <= set(STATISTICS)


def test_the_published_mode_is_the_published_minimum():
    for table in PUBLISHED.values():
        assert table["uqi"]["mode"] == table["uqi"]["min"]


def test_the_averaged_weights_play_no_part(training, found):
    spoilt = copy.deepcopy(training)
    for weight in spoilt.averaged.parameters():
        torch.nn.init.zeros_(weight)
    assert torch.equal(experiment(spoilt, side=16).dense, found.dense)
