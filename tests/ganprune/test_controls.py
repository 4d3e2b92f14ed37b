"""Null lines of one trial: as sparse as the method, or as dense as the model, but by chance."""

import pytest

from ganprune.candidate import Candidate
from ganprune.controls import narrower, other_dense, random_controls, reseeded, rounded_dense
from ganprune.curve import Curve
from ganprune.judge import Judge
from ganprune.models.gan import recalibrate
from ganprune.null_names import RANDOM_CONTROL, SECOND_SEED
from ganprune.pace import Pace
from ganprune.point import NullLine
from ganprune.quantise import rounded
from ganprune.train import Training
from ganprune.weighing import weights_hash


@pytest.fixture
def judge(settings, evaluator) -> Judge:
    return Judge(0, settings, evaluator)


@pytest.fixture
def curve(curve_of, settings) -> Curve:
    return curve_of(settings)


@pytest.fixture
def pruned(curve) -> Candidate:
    return curve.candidate(80.0, None)


def _trained(settings, evaluator, epochs: int = 3) -> Training:
    training = Training(settings.model, settings.train)
    for _ in range(epochs):
        training.train_epoch(*evaluator.training_set)
    return training


def _control(candidate: Candidate, judge: Judge) -> NullLine:
    (null,) = random_controls([candidate], judge, Pace())
    return null


def test_the_control_has_the_methods_sparsity_to_the_weight_but_not_its_weights(pruned, judge):
    point, null = judge.score(pruned).point, _control(pruned, judge)
    assert RANDOM_CONTROL == null.name
    assert point.sparsity == null.sparsity
    assert point.scores["fcd"] != null.scores["fcd"]
    assert set(point.scores) == set(null.scores)
    assert point.n_samples == null.n_samples


def test_by_lot_the_pictures_drift_further_than_by_size(pruned, judge):
    assert _control(pruned, judge).scores["uqi"] < judge.score(pruned).point.scores["uqi"]


def test_it_is_the_same_every_time_and_leaves_the_dense_model_alone(pruned, judge):
    before = weights_hash(pruned.reference)
    one, other = (_control(pruned, judge).scores["fcd"] for _ in range(2))
    assert one == other
    assert before == weights_hash(pruned.reference)


def test_without_time_or_where_nothing_was_taken_there_is_none(curve, pruned, judge):
    assert [] == list(random_controls([curve.candidate(0.0, 0.0)], judge, Pace()))
    assert [] == list(random_controls([pruned], judge, Pace(deadline=0)))


def test_another_seed_is_a_level_that_tells_what_it_cost(curve, judge, evaluator, settings):
    other = _trained(reseeded(settings), evaluator)
    null = other_dense(judge, judge.dense(curve.dense), SECOND_SEED, other)
    assert (SECOND_SEED, None, 576) == (null.name, null.sparsity, null.images)
    assert null.scores["uqi"] < 1
    assert null.scores["fcd"] == evaluator.fcd(evaluator.draw(other.dense_generator()))


def test_the_same_seed_would_be_no_other(curve, judge, evaluator, settings):
    null = other_dense(judge, judge.dense(curve.dense), SECOND_SEED, _trained(settings, evaluator))
    assert pytest.approx(1) == null.scores["uqi"]


def test_rounded_weights_get_batch_norm_mended_like_a_points(curve, judge, evaluator, settings):
    """Else fewer bits would lose to pruning by stale statistics alone."""
    training = _trained(settings, evaluator)
    expected = rounded(curve.dense, 4)
    stale = evaluator.fcd(evaluator.draw(expected))
    recalibrate(expected, training.recalibration_inputs())
    null = rounded_dense(judge, judge.dense(curve.dense), training, 4)
    assert evaluator.fcd(evaluator.draw(expected)) == null.scores["fcd"] != stale


def test_a_narrower_model_differs_by_its_width_alone_and_has_at_least_a_channel(settings):
    half = narrower(settings, 1 / 2)
    assert settings.model.model_copy(update={"width": 4}) == half.model
    assert (settings.train, settings.prune) == (half.train, half.prune)
    assert 1 == narrower(settings, 1 / 100).model.width
