"""The report's yardstick: fresh latents, pictures that no search saw, a second network, and what they tell."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from ganprune import seeds
from ganprune.confirm_evaluator import ConfirmEvaluator, yardstick
from ganprune.data.images import to_unit
from ganprune.data.tasks import derived
from ganprune.metrics import quality
from ganprune.metrics.evidence import Evidence
from ganprune.models import build
from ganprune.models.initialise import initialise
from ganprune.objective import objectives
from ganprune.train import Training


@pytest.fixture
def generator(evaluator, settings) -> nn.Module:
    training = Training(settings.model, settings.train)
    training.train_epoch(evaluator.pixels)
    return training.dense_generator()


@pytest.fixture
def ruler(evaluator) -> ConfirmEvaluator:
    return yardstick(evaluator, lambda evaluator: None, 0, 300)


def test_its_latents_are_fresh_but_the_same_wherever_it_is_made(evaluator, ruler):
    again = yardstick.__wrapped__(evaluator, lambda evaluator: None, 0, 300)
    assert torch.equal(ruler.inputs["latents"], again.inputs["latents"])
    assert (300, evaluator.model.latent) == tuple(ruler.inputs["latents"].shape)
    assert not set(map(tuple, ruler.inputs["latents"].tolist())) & set(map(tuple, evaluator.inputs["latents"].tolist()))


def test_it_is_made_once_for_all_points_of_a_worker(evaluator):
    asked = []
    assert yardstick(evaluator, asked.append, 0, 300) is yardstick(evaluator, asked.append, 0, 300)
    assert [evaluator] == asked
    assert yardstick(evaluator, asked.append, 1, 300) is not yardstick(evaluator, asked.append, 0, 300)


def test_of_pairs_the_true_pictures_are_those_of_report(evaluator):
    images = derived(evaluator.images, "super4")
    inputs = {"source": to_unit(images.report.sources()[0][:40])}
    pairs = replace(evaluator, images=images, inputs=inputs, truth=images.search.tensors()[0][:40])
    judge = ConfirmEvaluator(pairs, None, inputs, 0).judge
    assert torch.equal(images.report.tensors()[0][:40], judge.truth)
    assert 0 == judge.quality(judge.truth)["l1"]


def test_the_pictures_of_report_are_at_distance_zero_those_of_search_are_not(evaluator, ruler):
    at = [ruler.judge.fcd(pictures.tensors()[0]) for pictures in _sets(evaluator)]
    assert at[0] == pytest.approx(0, abs=1e-6)
    assert at[1] > 1e-3


def _sets(evaluator):
    return evaluator.images.report, evaluator.images.search


def test_its_scores_are_those_of_the_functions_that_define_them(evaluator, ruler, generator):
    scores = ruler.score(generator)
    real = evaluator.view(evaluator.images.report.tensors()[0], "classifier")
    drawn = replace(evaluator, inputs=ruler.inputs).draw(generator)
    seen = Evidence(real, evaluator.view(drawn, "classifier"))
    assert scores["score"] == pytest.approx(quality.frechet_distance(seen))
    assert scores["coverage"] == quality.coverage(seen) > 0
    assert scores["lo"] < scores["score"] < scores["hi"]


def test_the_referee_is_another_network_of_its_own_opinion(evaluator, ruler, generator, feature_net):
    assert ruler.score(generator)["referee"] is None
    assert (scores := replace(ruler, referee=feature_net).score(generator))["referee"] == scores["score"]
    other = initialise(type(feature_net)(feature_net.about), seeds.generator(1, "referee")).eval()
    assert replace(ruler, referee=other).score(generator)["referee"] != scores["score"]


def test_another_quality_has_its_own_measure_and_gaussian_and_the_referee_too(evaluator, generator, feature_net):
    asked = replace(evaluator, by=objectives("sparsity", "kcd"))
    ruler = yardstick.__wrapped__(asked, lambda _: feature_net, 0, 300)
    drawn, scores = ruler.judge.draw(generator), ruler.score(generator)
    assert ruler.judge.measure("kcd", drawn) == scores["score"] == scores["referee"] != ruler.judge.fcd(drawn)
    assert scores["lo"] < scores["score"] < scores["hi"]
    assert 1 - scores["score"] / ruler.gaussian == scores["skill"]
    assert {float} == set(map(type, scores.values()))  # as a record takes them


def test_skill_is_measured_by_the_pixel_gaussian_on_the_same_pictures(ruler, generator, settings):
    untrained = initialise(build(settings.model).generator, seeds.generator(9, "untrained"))
    good, bad = ruler.score(generator), ruler.score(untrained)
    assert good["skill"] == 1 - good["score"] / ruler.gaussian
    assert bad["skill"] < good["skill"] < 1
