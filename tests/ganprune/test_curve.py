"""A curve: what is scored, in which order, and what a point says of the generator it stands for."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load

from ganprune import seeds
from ganprune.bar import Bar
from ganprune.curve import FEW, STRIP, Curve, weights_hash
from ganprune.metrics import METRICS
from ganprune.prunable import prunable
from ganprune.train import DivergedError, Training
from tests.ganprune.conftest import timeless


@pytest.fixture
def curve_of(bench):
    def make(settings, bench=bench, epochs: int = 3) -> Curve:
        training = Training(settings.model, settings.train)
        for _ in range(epochs):
            training.train_epoch(bench.pixels)
        return Curve(0, settings, bench, training)

    return make


def _far(bench):
    """The same, but no generated picture is ever near a real one."""
    return replace(bench, real=replace(bench.real, features=bench.real.features + 1e3))


def test_the_dense_model_comes_first_then_the_trials_own_threshold_then_the_shared_targets(curve_of, settings):
    thresholds = list(curve_of(settings).thresholds())
    assert [0.0, None, 0.9, 0.5] == [target for _, target in thresholds]
    assert [0.0, 60.0] == [threshold for threshold, _ in thresholds[:2]]


def test_every_target_is_reached_to_within_a_weight_a_layer(curve_of, settings):
    curve = curve_of(settings)
    for threshold, target in curve.thresholds():
        point = curve.score(threshold, target).point
        if target is not None:
            assert point.sparsity == pytest.approx(target, abs=4 / curve.sieve.counted)


def test_targets_that_the_spared_layer_forbids_are_left_out(curve_of, settings, changed):
    spared = changed(settings, targets=(0.0, 0.5, 0.985))
    assert 0.985 not in [target for _, target in curve_of(spared).thresholds()]
    whole = changed(settings, targets=(0.0, 0.5, 0.985), spare_output=False)
    assert 0.985 in [target for _, target in curve_of(whole).thresholds()]


def test_a_threshold_of_its_own_that_takes_more_than_the_method_may_is_not_scored(curve_of, settings, changed):
    sparsest = changed(settings, method="sensitivity", threshold=6.0, spare_output=False)
    assert None not in [target for _, target in curve_of(sparsest).thresholds()]


def test_a_point_has_every_figure_that_the_shelf_names_but_those_of_inception_and_latency(curve_of, settings):
    point = curve_of(settings).score(60.0, None).point
    elsewhere = {"fid", "kid", "inception_score", "latency_ms", "latency_dense_ms", "latency_noise"}
    assert set(METRICS) - elsewhere == set(point.scores)
    assert all(np.isfinite(value) for value in point.scores.values())
    assert {"mean", "median", "min", "max", "variance", "std"} <= set(point.drift["uqi"])
    assert point.scores["uqi"] == point.drift["uqi"]["mean"]
    assert 100 == point.n_samples


def test_sparsity_is_measured_and_the_spared_output_is_counted(curve_of, settings):
    curve = curve_of(settings)
    point = curve.score(60.0, None).point
    *hidden, output = point.layers.values()
    sizes = [weight.numel() for weight in prunable(curve.dense).values()]
    assert [0.6, 0.6] == pytest.approx(hidden, abs=1e-3)
    assert 0 == output
    assert point.sparsity == pytest.approx(np.dot(list(point.layers.values()), sizes) / sum(sizes))
    assert point.sparsity_all < point.sparsity


def test_the_dense_point_has_not_drifted(curve_of, settings):
    point = curve_of(settings).score(0.0, 0.0).point
    assert [1.0] * 3 == pytest.approx([point.scores[name] for name in ("uqi", "ssim", "ms_ssim")])
    assert point.fcd_stale == point.scores["fcd"]
    assert 0 == point.sparsity


def test_scoring_a_point_changes_neither_the_dense_model_nor_the_points_after_it(curve_of, settings, changed):
    """Also with fine-tuning, which goes on from the optimisers' state."""
    tuned = changed(settings, finetune_steps=3)
    one, other = curve_of(tuned), curve_of(tuned)
    before = weights_hash(one.dense)
    for threshold in (30.0, 90.0):
        one.score(threshold, None)
    assert before == weights_hash(one.dense)
    assert other.score(60.0, None).point.weights == one.score(60.0, None).point.weights


def test_recalibration_mends_statistics_and_can_be_left_out(curve_of, settings, changed):
    with_it, without = (curve_of(changed(settings, recalibrate=recalibrate)) for recalibrate in (True, False))
    assert with_it.score(80.0, None).point.fcd_stale == without.score(80.0, None).point.scores["fcd"]
    assert with_it.score(80.0, None).point.scores["fcd"] != without.score(80.0, None).point.scores["fcd"]


def test_fine_tuned_weights_come_with_their_point_and_are_the_ones_it_names(curve_of, settings, changed):
    tuned = curve_of(changed(settings, finetune_steps=3))
    scored = tuned.score(60.0, None)
    assert 3 * 32 == scored.point.images
    net = tuned.training.dense_generator()
    net.load_state_dict(load(scored.weights))
    assert scored.point.weights == weights_hash(net)
    assert curve_of(settings).score(60.0, None).weights is None


def test_the_strip_shows_the_first_pictures_side_by_side(curve_of, settings):
    curve = curve_of(settings)
    shown = np.asarray(Image.open(io.BytesIO(curve.score(0.0, 0.0).strip)))
    assert (16, 16 * STRIP) == shown.shape
    assert np.array_equal(curve.dense_drawn[3, 0].numpy(), shown[:, 3 * 16 : 4 * 16])


def test_a_hash_names_weights_whatever_their_layout_in_memory(curve_of, settings):
    """Not batch-norm statistics, which another processor rounds otherwise."""
    net = curve_of(settings, epochs=1).dense
    digest = hashlib.sha256()
    for name, weight in net.named_parameters():
        digest.update(name.encode() + weight.detach().numpy().copy(order="C").tobytes())
    assert digest.hexdigest()[:16] == weights_hash(net)
    net.layers[1].running_mean[0] += 1e-3
    assert digest.hexdigest()[:16] == weights_hash(net.to(memory_format=torch.contiguous_format))
    with torch.no_grad():
        net.layers[1].bias[0] += 1e-3
    assert digest.hexdigest()[:16] != weights_hash(net)


def test_a_dense_model_that_draws_nothing_real_has_diverged(curve_of, settings, bench):
    with pytest.raises(DivergedError, match="after epoch 3"):
        curve_of(settings, _far(bench)).refuse_divergence()


def test_a_bad_dense_model_that_ran_out_of_time_is_scored_but_never_eligible(curve_of, settings, bench):
    """It may be good in the epochs it never had: no verdict on its setting."""
    assert not curve_of(settings, _far(bench), epochs=2).score(0.0, 0.0).point.eligible
    assert curve_of(settings, epochs=2).score(0.0, 0.0).point.eligible


@pytest.mark.parametrize("scores", [{"skill": -0.1}, {"coverage": 0.0}])
def test_a_point_without_skill_or_coverage_is_not_eligible(curve_of, settings, scores):
    curve = curve_of(settings)
    good = {"skill": 0.5, "coverage": curve.dense_scores["coverage"]}
    assert curve.eligible(good, 100)
    assert not curve.eligible(good | scores, 100)
    assert not curve.eligible(good, 99)


def test_few_pictures_screen_what_is_far_from_the_front_and_such_a_point_is_not_eligible(curve_of, settings, bench):
    more = replace(bench, latents=torch.randn(FEW + 50, 8, generator=seeds.generator(0, "more latents")))
    curve = curve_of(settings, more)
    whole = curve.score(60.0, None).point
    beaten, near = (Bar(((0.9, share * whole.scores["fcd"]),)) for share in (0.5, 0.95))
    screened = curve.score(60.0, None, beaten).point
    assert (FEW, False, None) == (screened.n_samples, screened.eligible, screened.fcd_stale)
    assert whole.id == screened.id
    assert whole.weights == screened.weights
    assert timeless(whole) == timeless(curve.score(60.0, None, near).point)
    assert timeless(whole) == timeless(curve.score(60.0, None, Bar(((0.1, 0.0),))).point)


def test_the_dense_model_is_never_only_screened(curve_of, settings, bench):
    point = curve_of(settings, bench).score(0.0, 0.0, Bar(((0.9, 0.0),))).point
    assert len(bench.latents) == point.n_samples
