"""What all trials share: the same latents, the same real pictures, the same ruler."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from torch import nn

from ganprune.data.images import to_bytes
from ganprune.evaluator import DRIFT_PAIRS, drift_from
from ganprune.metrics import drift, measured
from ganprune.metrics.evidence import View
from ganprune.models.gan import pictures
from ganprune.objective import objectives
from ganprune.train import Training


@pytest.fixture
def generator(settings) -> nn.Module:
    return Training(settings.model, settings.train).dense_generator()


def test_it_draws_a_picture_of_bytes_for_each_latent_always_the_same(evaluator, generator):
    drawn = evaluator.draw(generator)
    assert (torch.uint8, (100, 1, 16, 16)) == (drawn.dtype, tuple(drawn.shape))
    assert torch.equal(drawn, evaluator.draw(generator))


def test_on_another_device_the_shared_network_stays_where_it_is(evaluator):
    there = evaluator.on("meta")
    assert ("meta", "cpu") == tuple(next(each.net.parameters()).device.type for each in (there, evaluator))
    assert evaluator.origin.device == "cpu"
    assert evaluator.on("cpu") is evaluator


def test_where_a_trial_runs_scores_are_the_same(evaluator, generator):
    there, drawn = replace(evaluator, device="elsewhere").on("cpu"), evaluator.draw(generator)
    assert evaluator.net is not there.net
    assert evaluator.quality(drawn) == there.quality(there.draw(generator))


def test_threads_that_share_it_score_as_one_alone(evaluator, generator):
    nets, alone = [deepcopy(generator) for _ in range(4)], _scores(evaluator, generator)
    with ThreadPoolExecutor(len(nets)) as pool:
        assert [alone] * len(nets) == list(pool.map(lambda net: _scores(evaluator, net), nets))


def test_a_training_steers_by_pictures_that_it_knows_and_search_and_report_have_no_say(evaluator, generator, settings):
    blind = replace(evaluator, real={}, images=replace(evaluator.images, search=None, report=None))
    inputs = Training(settings.model, settings.train).recalibration_inputs()
    steered = blind.training_distance(generator, inputs, known=150)
    learned = {"classifier": View(evaluator.features(evaluator.pixels[:150]).double())}
    drawn = to_bytes(pictures(generator, inputs))
    assert steered == pytest.approx(replace(evaluator, real=learned).fcd(drawn), rel=1e-6)
    assert steered != pytest.approx(blind.training_distance(generator, inputs, known=200), rel=1e-3)
    assert steered != pytest.approx(evaluator.fcd(drawn), rel=1e-3)


@pytest.mark.gpu
def test_a_gpu_scores_what_a_cpu_scores_in_any_thread_on_a_stream_of_its_own(evaluator, generator):
    there, drawn = evaluator.on("cuda"), evaluator.draw(generator)
    alone = there.quality(drawn.cuda()), drift_from(drawn.cuda(), drawn.roll(1, 0).cuda())
    assert evaluator.quality(drawn) == pytest.approx(alone[0], rel=0.05, abs=0.03)
    for name, spread in drift_from(drawn, drawn.roll(1, 0)).items():
        assert spread == pytest.approx(alone[1][name], abs=1e-5)
    nets = [deepcopy(generator).cuda() for _ in range(8)]
    torch.cuda.synchronize()

    def score(net: nn.Module) -> dict[str, float]:
        with torch.cuda.stream(torch.cuda.Stream()):
            return _scores(there, net)

    with ThreadPoolExecutor(len(nets)) as pool:
        for found in pool.map(score, nets):
            assert found == pytest.approx(_scores(there, nets[0]), rel=0.01, abs=0.02)


def _scores(evaluator, net: nn.Module) -> dict[str, float]:
    drawn = evaluator.draw(net)
    return evaluator.quality(drawn) | {name: told["mean"] for name, told in drift_from(drawn, drawn.flip(0)).items()}


def test_padding_is_cropped_before_anything_is_measured(evaluator, generator):
    cropped = replace(evaluator, images=replace(evaluator.images, crop=12, features_side=12)).draw(generator)
    assert torch.equal(evaluator.draw(generator)[:, :, 2:14, 2:14], cropped)


def test_training_pictures_are_the_data_sets_own_memory(evaluator):
    assert evaluator.pixels.data_ptr() == evaluator.images.train.pixels.ctypes.data


def test_the_real_pictures_themselves_are_at_distance_zero(evaluator):
    real = evaluator.images.search.tensors()[0]
    assert evaluator.fcd(real) == pytest.approx(0, abs=1e-6)
    scores = evaluator.quality(real)
    assert [1.0, 1.0] == pytest.approx([scores["coverage"], scores["skill"]], abs=1e-6)
    assert evaluator.fcd(255 - real) > 1e-3


def test_quality_is_told_by_the_one_function_that_defines_it(evaluator, generator):
    drawn = evaluator.draw(generator)
    scores = measured("quality", evaluator.evidence(drawn, "classifier"), view="classifier")
    assert scores | {"skill": 1 - scores["fcd"] / 1000} == evaluator.quality(drawn)
    assert evaluator.fcd(drawn) == pytest.approx(evaluator.quality(drawn)["fcd"])


def test_skill_is_that_of_the_quality_asked_for(evaluator, generator):
    drawn, asked = evaluator.draw(generator), replace(evaluator, by=objectives("sparsity", "kcd"), gaussian=2.0)
    scores = asked.quality(drawn)
    assert 1 - scores["kcd"] / 2 == scores["skill"]
    assert scores | {"skill": 0} == evaluator.quality(drawn) | {"skill": 0}


def test_without_classes_divergence_is_told_by_coverage_alone(evaluator, generator):
    drawn = evaluator.draw(generator)
    assert not evaluator.has_diverged(drawn, coverage=0.02)
    assert evaluator.has_diverged(drawn, coverage=0.019)
    assert evaluator.has_diverged(drawn, coverage=float("nan"))


def test_with_classes_a_generator_of_one_class_has_diverged(evaluator):
    """One picture a hundred times: the classifier sees one class."""
    classed = replace(evaluator, real_entropy=1.3)
    one = evaluator.images.train.tensors()[0][:1].repeat(100, 1, 1, 1)
    assert classed.has_diverged(one, coverage=0.5)
    assert not evaluator.has_diverged(one, coverage=0.5)


def test_drift_is_told_for_the_first_pairs_only_and_is_that_of_the_drift_functions():
    random = torch.Generator().manual_seed(0)
    dense = torch.randint(0, 256, (DRIFT_PAIRS + 10, 1, 16, 16), generator=random, dtype=torch.uint8)
    drawn = dense.clone()
    drawn[DRIFT_PAIRS:] = 0
    assert 1.0 == pytest.approx(drift_from(dense, drawn)["ssim"]["min"])
    drawn[0] = 0
    spread = drift_from(dense, drawn)
    assert drift.spread(drift.uqi(dense[:DRIFT_PAIRS], drawn[:DRIFT_PAIRS])) == spread["uqi"]
    assert spread["ssim"]["min"] < 0.5


def test_of_a_conditional_generator_it_is_told_whether_it_draws_the_class_that_was_asked_for(evaluator, generator):
    """As the classifier says; what few pictures tell is of the first of them."""
    drawn, asked = evaluator.draw(generator), torch.arange(100) % 4
    scores = evaluator.quality(drawn, asked)
    predicted = evaluator.net.probabilities(evaluator.features(drawn)).argmax(dim=1)
    assert (predicted == asked).double().mean() == scores["class_share"]
    assert scores.keys() - evaluator.quality(drawn).keys() == {"class_share"}
    few = evaluator.quality(drawn[:40], asked)
    assert (predicted[:40] == asked[:40]).double().mean() == few["class_share"]
