"""The story of a method that cuts: what is made of one training, in which order, and made once more."""

import pytest

from ganprune.candidate import Candidate
from ganprune.config import RUNG_TARGETS
from ganprune.methods import METHODS, training_of
from ganprune.metrics.cost import sparsity
from ganprune.models.gan import recalibrate
from ganprune.pace import Pace
from ganprune.point import Point, Scored
from ganprune.prunable import prunable
from ganprune.run import Run
from ganprune.trial import run_trial
from ganprune.weighing import weights_hash

ALONG = {"recovery": "finetune", "recovery_steps": 9, "recovery_along": True}


def test_the_dense_model_comes_first_then_the_trials_own_threshold_then_the_shared_targets(curve_of, settings):
    thresholds = list(curve_of(settings).thresholds())
    assert [0.0, None, 0.9, 0.5] == [target for _, target in thresholds]
    assert [0.0, 60.0] == [threshold for threshold, _ in thresholds[:2]]


def test_every_target_is_reached_to_within_a_weight_a_layer(curve_of, settings):
    curve = curve_of(settings)
    for threshold, target in curve.thresholds():
        if target is not None:
            found = sparsity(curve.candidate(threshold, target).net, curve.dense).prunable
            assert found == pytest.approx(target, abs=4 / curve.cut.counted)


def test_targets_that_the_spared_layer_forbids_are_left_out(curve_of, settings, changed):
    spared = changed(settings, targets=(0.0, 0.5, 0.985))
    assert 0.985 not in [target for _, target in curve_of(spared).thresholds()]
    whole = changed(settings, targets=(0.0, 0.5, 0.985), spare_output=False)
    assert 0.985 in [target for _, target in curve_of(whole).thresholds()]


def test_a_threshold_of_its_own_that_takes_more_than_the_method_may_is_not_scored(curve_of, settings, changed):
    sparsest = changed(settings, method="sensitivity", own={"threshold": 6.0}, spare_output=False)
    assert None not in [target for _, target in curve_of(sparsest).thresholds()]


def test_settings_without_a_threshold_ask_for_their_targets_alone(curve_of, settings, changed):
    asked = METHODS["percentage"].at(changed(settings, recovery="finetune", recovery_steps=4), 0.7)
    points = list(curve_of(asked).thresholds())
    assert [0.7] == [target for _, target in points]
    assert (0.7, 4) == (pytest.approx(curve_of(asked).cut.sparsity(points[0][0]), abs=0.01), asked.prune.recovery_steps)
    assert [0.0] == [target for _, target in curve_of(asked.with_prune(targets=(0.0,))).thresholds()]


def test_a_candidate_knows_what_it_was_asked_for_and_what_it_came_from(curve_of, settings):
    curve = curve_of(settings)
    candidate = curve.candidate(30.0, 0.3)
    assert ({"threshold": 30.0}, 0.3, 3) == (candidate.asked, candidate.target, candidate.epoch)
    assert candidate.reference is curve.dense
    assert (0, False) == (candidate.images, candidate.kept)
    assert curve.candidate(0.0, 0.0).control is None


def test_pruning_leaves_the_dense_model_and_other_points_as_they_were(curve_of, settings):
    one, other = (curve_of(settings) for _ in range(2))
    before = weights_hash(one.dense)
    for threshold in (30.0, 90.0):
        one.candidate(threshold, None)
    assert before == weights_hash(one.dense)
    assert weights_hash(other.candidate(60.0, None).net) == weights_hash(one.candidate(60.0, None).net)


def test_recalibration_mends_statistics_and_can_be_left_out(curve_of, settings, changed, evaluator):
    def fcd(net) -> float:
        return evaluator.fcd(evaluator.draw(net))

    with_it, without = (
        curve_of(changed(settings, recalibrate=recalibrate)).candidate(80.0, None) for recalibrate in (True, False)
    )
    assert fcd(with_it.bare) == fcd(without.net) != fcd(with_it.net)


def test_what_refines_a_curve_is_not_asked_what_it_was_before(curve_of, settings):
    curve = curve_of(settings)
    assert curve.candidate(30.0, 0.3).bare is None
    assert curve.candidate(60.0, None).bare is not None
    assert curve.candidate(50.0, 0.5).bare is not None


def test_recovered_weights_are_kept(curve_of, settings, changed):
    tuned = curve_of(changed(settings, recovery="finetune", recovery_steps=3)).candidate(60.0, None)
    assert (3 * 32, True) == (tuned.images, tuned.kept)


def test_the_control_is_as_sparse_in_each_layer_and_its_batch_norm_mended_alike(curve_of, settings, changed, evaluator):
    """Else the method would win by recalibration alone."""
    curve, stale = curve_of(settings), curve_of(changed(settings, recalibrate=False))
    candidate = curve.candidate(80.0, None)
    control = candidate.control()
    assert sparsity(candidate.net).layers == sparsity(control).layers
    assert weights_hash(candidate.net) != weights_hash(control) == weights_hash(candidate.control())
    expected = stale.candidate(80.0, None).control()
    assert evaluator.fcd(evaluator.draw(expected)) != evaluator.fcd(evaluator.draw(control))
    recalibrate(expected, stale._run.training.recalibration_inputs())
    assert evaluator.fcd(evaluator.draw(expected)) == evaluator.fcd(evaluator.draw(control))


def test_a_look_is_at_a_few_sparsities(curve_of, settings, changed):
    looks = list(curve_of(changed(settings, spare_output=False)).rung_candidates())
    assert list(RUNG_TARGETS) == [look.target for look in looks]
    assert all(look.few for look in looks)


def test_along_the_curve_points_come_from_dense_to_sparsest_and_share_the_steps_of_one(curve_of, settings, changed):
    """Nine steps over three targets are three a point, of the trial's own threshold too."""
    curve = curve_of(changed(settings, **ALONG))
    order = list(curve.thresholds())
    assert [0.0, 0.5, None, 0.9] == [target for _, target in order]
    candidates = [curve.candidate(*each) for each in order]
    assert [3 * 32] * 4 == [candidate.images for candidate in candidates]
    assert all(candidate.kept for candidate in candidates)
    assert [candidate.reference for candidate in candidates] == [curve.dense] * 4


def test_along_the_curve_each_point_begins_where_the_one_before_ended(curve_of, settings, changed):
    """So it is another network than one that was recovered from the dense model alone."""
    along, alone = (curve_of(changed(settings, **ALONG)) for _ in range(2))
    (first, zero), (second, half), *_ = along.thresholds()
    along.candidate(first, zero)
    after = along.candidate(second, half).net
    assert weights_hash(after) != weights_hash(alone.candidate(second, half).net)
    for mine, other in zip(prunable(after).values(), prunable(alone.dense).values(), strict=True):
        assert mine.shape == other.shape


def _points(evaluator, settings) -> list[Point]:
    return [event.point for event in run_trial(0, settings, evaluator) if isinstance(event, Scored)]


def _again(evaluator, settings, points: list[Point]) -> list[Candidate]:
    events = METHODS[settings.prune.method].again(Run(settings, evaluator, training_of(settings)), points)
    return [event for event in events if isinstance(event, Candidate)]


@pytest.mark.parametrize("recovery", [{}, ALONG | {"recovery_along": False}, ALONG], ids=["none", "alone", "along"])
def test_some_points_made_again_are_the_very_same(evaluator, settings, changed, recovery):
    settings = changed(settings, **recovery)
    some = sorted(_points(evaluator, settings), key=lambda point: point.sparsity)[2:]
    assert [point.weights for point in some] == [weights_hash(each.net) for each in _again(evaluator, settings, some)]


@pytest.mark.parametrize("along", [False, True])
def test_from_another_seed_they_are_asked_for_the_same_thresholds(evaluator, settings, changed, along):
    """Though that network would reach the sparsities at others."""
    values = ALONG | {"method": "sensitivity", "own": {"threshold": 0.75}, "recovery_along": along}
    settings = changed(settings, **values)
    points = sorted(_points(evaluator, settings), key=lambda point: point.sparsity)
    again = _again(evaluator, changed(settings, seed=5), points)
    assert [point.threshold for point in points] == [each.asked["threshold"] for each in again]
    assert [point.target for point in points] == [each.target for each in again]


def test_what_training_does_not_get_to_is_not_made_again(evaluator, settings):
    points = _points(evaluator, settings)
    run = Run(settings.with_train(epochs=4), evaluator, training_of(settings), Pace(deadline=0))
    assert [] == list(METHODS["percentage"].again(run, points))
