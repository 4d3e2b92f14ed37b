"""The competent study: one GAN, a curve; scored as ours are."""

import sqlite3

import pytest
import torch

from bench import competent_study, tutorial
from bench.yardstick import SWEPT, pruned, scored
from ganprune.models.gan import pictures


@pytest.fixture(scope="module")
def trained(prepared_digits):
    """Settings and the pair that they train."""
    plan, evaluator = prepared_digits
    settings = plan.space.settings(plan.space.first[0], evaluator.images.channels, plan.seed)
    return settings, *competent_study.train(evaluator.pixels, settings)


@pytest.fixture(scope="module")
def curve(trained, prepared_digits) -> list[dict]:
    settings, pair, _ = trained
    return list(competent_study.curve(prepared_digits[1], pair, settings))


def test_an_epoch_shows_whole_batches_of_pictures_as_the_tutorial_does(prepared_digits, trained):
    evaluator, (settings, _, images) = prepared_digits[1], trained
    assert 2 * 1184 == images
    random = torch.Generator().manual_seed(0)
    batches = list(competent_study.batches(evaluator.pixels, settings.train, random))
    theirs = next(iter(tutorial.loader(evaluator.images.train.pixels, settings.train)))
    assert [theirs.shape] * 37 == [batch.shape for batch in batches]
    assert theirs.dtype == batches[0].dtype
    assert -1 == torch.cat(batches).min() == theirs.min()


def test_its_own_threshold_comes_first_then_the_sparsities_that_an_expert_sweeps(curve, trained):
    settings = trained[0]
    own, *shared = curve
    assert settings.prune.own["threshold"] == own["threshold"]
    for target, point in zip(SWEPT, shared, strict=False):
        assert target == pytest.approx(point["sparsity"], abs=1e-3)
    assert len(shared) >= 5


def test_the_dense_score_is_that_of_these_very_weights_by_our_metric(curve, trained, prepared_digits):
    evaluator, (settings, pair, _) = prepared_digits[1], trained
    dense = pruned(pair.generator, scored(pair.generator, settings, pair.outputs), 0, settings)
    torch.testing.assert_close(list(dense.parameters()), list(pair.generator.parameters()))
    drawn = ((pictures(dense, evaluator.inputs) + 1) * 127.5).round().to(torch.uint8)
    found = next(point for point in curve if point["sparsity"] == 0)
    assert found["scores"]["fcd"] == pytest.approx(evaluator.fcd(drawn), rel=1e-6)
    assert {"uqi", "ssim", "ms_ssim", "skill", "coverage"} <= found["scores"].keys()


def test_pruning_leaves_the_trained_pair_and_the_output_layer_as_they_are(trained):
    settings, pair, _ = trained
    before = [weight.clone() for weight in pair.generator.state_dict().values()]
    net = pruned(pair.generator, scored(pair.generator, settings, pair.outputs), 2.0, settings)
    torch.testing.assert_close(before, list(pair.generator.state_dict().values()))
    first, *_, last = [module.weight for module in net.modules() if isinstance(module, torch.nn.ConvTranspose2d)]
    assert (first == 0).float().mean() > 0.8
    assert (last != 0).all()


@pytest.mark.slow
def test_a_whole_study_leaves_a_curve_a_trial_and_a_run_a_trial(baseline):
    out, lines = baseline("bench.competent_study")
    ended = {line["trial"]: line["images"] for line in lines if line["kind"] == "ended"}
    assert {0, 1} == ended.keys()
    assert 2 * 1184 == ended[0]
    for trial in ended:
        assert len([line for line in lines if line["kind"] == "point" and line["point"]["trial"] == trial]) >= 6
    with sqlite3.connect(out / "mlflow.db") as database:
        assert [(2,)] == database.execute("select count(*) from runs where status = 'FINISHED'").fetchall()
