"""Null lines of one trial: as sparse as the method, or as dense as the model, but by chance."""

import copy

import pytest

from ganprune import seeds
from ganprune.controls import narrower, other_dense, random_control, reseeded, rounded_dense
from ganprune.curve import Curve, weights_hash
from ganprune.models.gan import recalibrate
from ganprune.null_names import RANDOM_CONTROL, SECOND_SEED
from ganprune.prunable import prunable
from ganprune.pruning.prune import apply, random_masks
from ganprune.quantise import rounded
from ganprune.train import Training


@pytest.fixture
def curve(bench, settings) -> Curve:
    return Curve(0, settings, bench, _trained(settings, bench))


def _trained(settings, bench, epochs: int = 3) -> Training:
    training = Training(settings.model, settings.train)
    for _ in range(epochs):
        training.train_epoch(bench.pixels)
    return training


def test_the_control_has_the_methods_sparsity_to_the_weight_but_not_its_weights(curve):
    point, null = curve.score(80.0, None).point, random_control(curve, 80.0)
    assert RANDOM_CONTROL == null.name
    assert point.sparsity == null.sparsity
    assert point.scores["fcd"] != null.scores["fcd"]
    assert set(point.scores) == set(null.scores)
    assert point.n_samples == null.n_samples


def test_its_batch_norm_is_mended_like_the_methods(curve, bench):
    """Else the method would win by recalibration alone."""
    expected = copy.deepcopy(curve.dense)
    random = seeds.generator(curve.settings.train.seed, "random control")
    apply(random_masks(curve.sieve.masks(80.0), random), prunable(expected))
    stale = bench.fcd(bench.draw(expected))
    recalibrate(expected, curve.training.recalibration_latents())
    assert bench.fcd(bench.draw(expected)) == random_control(curve, 80.0).scores["fcd"] != stale


def test_by_lot_the_pictures_drift_further_than_by_size(curve):
    assert random_control(curve, 80.0).scores["uqi"] < curve.score(80.0, None).point.scores["uqi"]


def test_it_is_the_same_every_time_and_leaves_the_dense_model_alone(curve):
    before = weights_hash(curve.dense)
    one, other = (random_control(curve, 80.0).scores["fcd"] for _ in range(2))
    assert one == other
    assert before == weights_hash(curve.dense)


def test_another_seed_is_a_level_that_tells_what_it_cost(curve, bench, settings):
    other = _trained(reseeded(settings), bench)
    null = other_dense(curve, SECOND_SEED, other)
    assert (SECOND_SEED, None, 576) == (null.name, null.sparsity, null.images)
    assert null.scores["uqi"] < 1
    assert null.scores["fcd"] == bench.fcd(bench.draw(other.dense_generator()))


def test_the_same_seed_would_be_no_other(curve, bench, settings):
    assert pytest.approx(1) == other_dense(curve, SECOND_SEED, _trained(settings, bench)).scores["uqi"]


def test_rounded_weights_get_batch_norm_mended_like_a_points(curve, bench):
    """Else fewer bits would lose to pruning by stale statistics alone."""
    expected = rounded(curve.dense, 4)
    stale = bench.fcd(bench.draw(expected))
    recalibrate(expected, curve.training.recalibration_latents())
    assert bench.fcd(bench.draw(expected)) == rounded_dense(curve, 4).scores["fcd"] != stale


def test_a_narrower_model_differs_by_its_width_alone_and_has_at_least_a_channel(settings):
    half = narrower(settings, 1 / 2)
    assert settings.model.model_copy(update={"width": 4}) == half.model
    assert (settings.train, settings.prune) == (half.train, half.prune)
    assert 1 == narrower(settings, 1 / 100).model.width
