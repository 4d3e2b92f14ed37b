"""The judge: what a point says of the network it stands for, how many pictures that takes, and what is eligible."""

import copy
import hashlib
import io
from dataclasses import replace
from threading import Event

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load

from ganprune import seeds
from ganprune.candidate import Candidate
from ganprune.judge import AHEAD, FEW, Judge
from ganprune.metrics import METRICS
from ganprune.metrics.evidence import View
from ganprune.objective import objectives
from ganprune.point import Point
from ganprune.prunable import prunable
from ganprune.screening_threshold import ScreeningThreshold
from ganprune.strip import STRIP
from ganprune.train import DivergedError, Training
from ganprune.weighing import THREADS, weights_hash
from tests.ganprune.conftest import timeless


@pytest.fixture
def dense(curve_of, settings) -> Candidate:
    return curve_of(settings).candidate(0.0, 0.0)


@pytest.fixture
def pruned(curve_of, settings) -> Candidate:
    return curve_of(settings).candidate(60.0, None)


@pytest.fixture
def point_of(settings, evaluator):
    def score(
        candidate: Candidate, evaluator=evaluator, bar: ScreeningThreshold = ScreeningThreshold(), settings=settings
    ) -> Point:
        return Judge(0, settings, evaluator, bar).score(candidate).point

    return score


def _far(evaluator):
    """The same, but no generated picture is ever near a real one."""
    return replace(evaluator, real={"classifier": View(evaluator.real["classifier"].rows + 1e3)})


def test_a_point_has_every_figure_that_the_shelf_names_but_those_told_elsewhere(point_of, pruned):
    """By Inception, of latency, of classes, and of translations."""
    point = point_of(pruned)
    elsewhere = {"fid", "kid", "inception_score", "latency_ms", "latency_dense_ms", "latency_noise"}
    elsewhere |= {"l1", "psnr", "ssim_true", "change", "cycle", "share_of_target"}
    elsewhere |= {name for name, metric in METRICS.items() if metric.classes}
    assert set(METRICS) - elsewhere == {*point.scores, "sparsity"}
    assert all(np.isfinite(value) for value in point.scores.values())
    assert {"mean", "median", "min", "max", "variance", "std"} <= set(point.drift["uqi"])
    assert point.scores["uqi"] == point.drift["uqi"]["mean"]
    assert 100 == point.n_samples


def test_sparsity_is_measured_and_the_spared_output_is_counted(point_of, pruned):
    point = point_of(pruned)
    *hidden, output = point.layers.values()
    sizes = [weight.numel() for weight in prunable(pruned.reference).values()]
    assert [0.6, 0.6] == pytest.approx(hidden, abs=1e-3)
    assert 0 == output
    assert point.sparsity == pytest.approx(np.dot(list(point.layers.values()), sizes) / sum(sizes))


def test_the_dense_point_drifts_not_at_all_and_has_the_dense_models_own_scores(point_of, dense, pruned, evaluator):
    point = point_of(dense)
    assert 0 == point.sparsity
    assert [1.0] * 3 == pytest.approx([point.scores[name] for name in ("uqi", "ssim", "ms_ssim")])
    assert point.scores["fcd"] == point.fcd_stale == evaluator.fcd(evaluator.draw(dense.reference))
    assert point_of(pruned).scores["uqi"] < 1


def test_what_is_as_full_as_the_dense_model_but_another_network_has_scores_of_its_own(point_of, dense, evaluator):
    """Trained otherwise, without a zero."""
    other = copy.deepcopy(dense.net)
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.mul_(1.5)
    point = point_of(replace(dense, net=other))
    assert 0 == point.sparsity
    assert point.scores["fcd"] == evaluator.fcd(evaluator.draw(other)) != evaluator.fcd(evaluator.draw(dense.net))
    assert point.scores["uqi"] < 1


def test_it_names_what_was_asked_of_the_method_whatever_that_is(point_of, pruned):
    point = point_of(replace(pruned, asked={"period": 5, "share": 0.5}))
    assert point.threshold is None
    assert "-60-" not in point.id
    assert 60.0 == point_of(pruned).threshold


def test_what_a_candidate_was_before_it_was_mended_is_told_where_that_is_given(point_of, pruned, evaluator):
    assert point_of(pruned).fcd_stale == evaluator.fcd(evaluator.draw(pruned.bare)) != point_of(pruned).scores["fcd"]
    assert point_of(replace(pruned, bare=None)).fcd_stale is None


def test_weights_that_must_be_kept_come_with_their_point_and_are_the_ones_it_names(pruned, settings, evaluator):
    judge = Judge(0, settings, evaluator)
    scored = judge.score(replace(pruned, kept=True))
    net = copy.deepcopy(pruned.reference)
    net.load_state_dict(load(scored.weights))
    assert scored.point.weights == weights_hash(net)
    assert judge.score(pruned).weights is None


def test_several_come_in_their_order_and_as_each_would_alone(dense, pruned, settings, evaluator):
    judge = Judge(0, settings, evaluator)
    candidates = [dense, *[replace(pruned, target=target) for target in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)]]
    together, alone = judge.score_all(candidates), map(judge.score, candidates)
    assert [timeless(each.point) for each in alone] == [timeless(each.point) for each in together]


def test_the_next_are_drawn_before_the_first_ones_file_is_compressed(pruned, settings, evaluator):
    judge, released = Judge(0, settings, evaluator), Event()
    busy = [judge._scales.threads.submit(released.wait, 60) for _ in range(THREADS)]

    def candidates():
        for target in range(AHEAD):
            yield replace(pruned, target=target)
        released.set()

    assert [*range(AHEAD)] == [scored.point.target for scored in judge.score_all(candidates())]
    assert all(each.result() for each in busy)


def test_the_strip_shows_the_first_pictures_side_by_side(dense, settings, evaluator):
    shown = np.asarray(Image.open(io.BytesIO(Judge(0, settings, evaluator).score(dense).strip)))
    assert (16, 16 * STRIP) == shown.shape
    assert np.array_equal(evaluator.draw(dense.net)[3, 0].numpy(), shown[:, 3 * 16 : 4 * 16])


def test_a_hash_names_weights_whatever_their_layout_in_memory(dense):
    """Not batch-norm statistics, which another processor rounds otherwise."""
    net = dense.net
    digest = hashlib.sha256()
    for name, weight in net.named_parameters():
        digest.update(name.encode() + weight.detach().numpy().copy(order="C").tobytes())
    assert digest.hexdigest()[:16] == weights_hash(net)
    net.layers[1].running_mean[0] += 1e-3
    assert digest.hexdigest()[:16] == weights_hash(net.to(memory_format=torch.contiguous_format))
    with torch.no_grad():
        net.layers[1].bias[0] += 1e-3
    assert digest.hexdigest()[:16] != weights_hash(net)


def test_a_dense_model_that_draws_nothing_real_has_diverged(point_of, dense, evaluator):
    with pytest.raises(DivergedError, match="after epoch 3"):
        point_of(dense, _far(evaluator))


def test_a_bad_dense_model_that_ran_out_of_time_is_scored_but_never_eligible(point_of, curve_of, settings, evaluator):
    """It may be good in the epochs it never had: no verdict on its setting."""
    early = curve_of(settings, epochs=2).candidate(0.0, 0.0)
    assert not point_of(early, _far(evaluator)).eligible
    assert point_of(early).eligible


def test_what_was_trained_on_from_a_dense_model_that_drew_nothing_real_is_judged_by_itself(
    point_of, dense, settings, evaluator
):
    """As a method does that prunes while it trains, and whose dense network is of an early epoch."""
    early = Training(settings.model, settings.train).generator
    for weight in early.parameters():
        torch.nn.init.zeros_(weight)  # one picture
    assert Judge(0, settings, evaluator).dense(early.eval()).failed
    assert point_of(replace(dense, reference=early)).eligible
    with pytest.raises(DivergedError, match="after epoch 3"):
        point_of(replace(dense, net=early, reference=early))


@pytest.mark.parametrize("scores", [{"skill": -0.1}, {"coverage": 0.0}])
def test_a_point_without_skill_or_coverage_is_not_eligible(dense, settings, evaluator, scores, monkeypatch):
    judge = Judge(0, settings, evaluator)
    judge.dense(dense.reference)
    assert judge.score(replace(dense, images=1)).point.eligible
    other = copy.deepcopy(dense.net)
    torch.nn.init.zeros_(other.layers[1].bias)
    real = type(evaluator).quality
    monkeypatch.setattr(type(evaluator), "quality", lambda evaluator, *given: real(evaluator, *given) | scores)
    assert not judge.score(replace(dense, net=other)).point.eligible


def test_a_look_is_from_few_pictures_and_never_eligible(point_of, dense, pruned, evaluator):
    more = replace(evaluator, inputs=evaluator.sample_inputs(FEW + 50, seeds.generator(0, "more latents")))
    for candidate in (dense, pruned):
        point = point_of(replace(candidate, few=True), more)
        assert (FEW, False, None) == (point.n_samples, point.eligible, point.fcd_stale)
        assert point_of(candidate, more).n_samples == FEW + 50


def test_few_pictures_screen_what_is_far_from_the_front_and_such_a_point_is_not_eligible(point_of, pruned, evaluator):
    more = replace(evaluator, inputs=evaluator.sample_inputs(FEW + 50, seeds.generator(0, "more latents")))
    whole = point_of(pruned, more)
    enough = METRICS["fcd"].near
    beaten, near = (ScreeningThreshold(((0.9, share * whole.scores["fcd"]),), enough) for share in (0.5, 0.95))
    screened = point_of(pruned, more, beaten)
    assert (FEW, False, None) == (screened.n_samples, screened.eligible, screened.fcd_stale)
    assert whole.id == screened.id
    assert whole.weights == screened.weights
    assert timeless(whole) == timeless(point_of(pruned, more, near))
    assert timeless(whole) == timeless(point_of(pruned, more, ScreeningThreshold(((0.1, 0.0),))))


def test_few_pictures_screen_what_is_no_cheaper_than_the_front_in_the_cost_asked_for(point_of, pruned, evaluator):
    by = objectives("macs", "fcd")
    more = replace(evaluator, inputs=evaluator.sample_inputs(FEW + 50, seeds.generator(0, "more latents")), by=by)
    whole = point_of(pruned, more)
    cheaper, dearer = (ScreeningThreshold(((by.saved(whole) + macs, 0.0),)) for macs in (1, -1))
    assert (FEW, FEW + 50) == tuple(point_of(pruned, more, bar).n_samples for bar in (cheaper, dearer))


def test_the_dense_model_is_never_only_screened(point_of, dense, evaluator):
    assert evaluator.n_samples == point_of(dense, bar=ScreeningThreshold(((0.9, 0.0),))).n_samples


def test_one_reference_is_drawn_once_however_many_candidates_are_held_against_it(dense, pruned, settings, evaluator):
    judge = Judge(0, settings, evaluator)
    held = judge.dense(pruned.reference)
    judge.score(pruned)
    assert judge.dense(pruned.reference) is held
    assert judge.dense(dense.reference) is not held
