"""Density: two agents rank channels under a budget; its controls leave out what it is about."""

from dataclasses import replace

import pytest
import torch

from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.methods.density import LEAST, Density
from ganprune.run import Run
from ganprune.train import Training

PAIRS = ModelSettings(name="pix2pix", width=4, side=16, channels=1)
PIXELS = torch.randint(256, (32, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def training() -> Training:
    training = Training(PAIRS, TrainSettings(loss="pix2pix", batch=16))
    training.train_epoch(PIXELS, None, PIXELS.flip(3))
    return training


def _ranks(training: Training, side: str = "generator", **own) -> dict[str, torch.Tensor]:
    prune = PruneSettings(method="density", own={"steps": 4, "near": 4, "rate": 0.05} | own)
    net = training.dense_generator() if side == "generator" else training.discriminator
    return Density().cut(net, training, prune, side).ranks


def test_it_ranks_every_channel_and_leaves_some_of_each_group(training):
    for side in ("generator", "discriminator"):
        ranks = _ranks(training, side)
        assert all(each.isinf().sum() >= max(1, LEAST * len(each)) for each in ranks.values())
        finite = torch.cat([each[each.isfinite()] for each in ranks.values()])
        assert len(finite) == len(finite.unique())


def test_the_same_training_gives_the_same_ranks(training):
    one, same = _ranks(training), _ranks(training)
    assert all(torch.equal(ranks, same[name]) for name, ranks in one.items())


@pytest.mark.parametrize("own", [{"moments": 0.0}, {"neighbours": "random"}, {"match": "pixels"}])
def test_each_control_is_another_decision(training, own):
    one, other = _ranks(training), _ranks(training, **own)
    assert any(not torch.equal(ranks, other[name]) for name, ranks in one.items())


def _run(training: Training, tmp_path, evaluator, **prune) -> Run:
    settings = TrialSettings(model=PAIRS, train=training.settings, prune=PruneSettings(method="density", **prune))
    return Run(settings, replace(evaluator, store=tmp_path), training)


def test_one_decision_is_of_both_networks_and_is_not_made_twice(training, evaluator, tmp_path, monkeypatch):
    own = {"steps": 2, "near": 4, "budget_d": 0.5}
    run = _run(training, tmp_path, evaluator, own=own, discriminator=True)
    dense = training.dense_generator()
    one = Density().cuts(dense, run)
    monkeypatch.setattr("ganprune.local_game.Game.begin", lambda *given: pytest.fail("played again"))
    same = Density().cuts(dense, _run(training, tmp_path, evaluator, own=own | {"threshold": 0.3}, discriminator=True))
    assert {"generator", "discriminator"} == one.keys()
    for side, cut in one.items():
        assert all(torch.equal(ranks, same[side].ranks[name]) for name, ranks in cut.ranks.items())
    left = one["discriminator"]._gated.macs_left({n: k.float() for n, k in one["discriminator"].kept(0.1).items()})
    assert 0.5 == pytest.approx(left.item(), abs=0.1)


def test_the_store_gives_what_agents_would_decide_again(training, evaluator, tmp_path):
    own = {"steps": 4, "near": 4, "rate": 0.05}
    dense = training.dense_generator()
    stored = [Density().cuts(dense, _run(training, tmp_path, evaluator, own=own))["generator"].ranks for _ in range(2)]
    assert all(torch.equal(ranks, stored[1][name]) for name, ranks in stored[0].items())
    assert all(torch.equal(ranks, stored[0][name]) for name, ranks in _ranks(training).items())


def test_what_agents_are_shown_is_taken_from_fine_tuning_and_no_more_than_half_of_it():
    recovery = {"recovery": "finetune", "recovery_steps": 100, "targets_of": "macs"}
    own = Density.Settings().model_dump()
    trial = TrialSettings(train=TrainSettings(batch=32), prune=PruneSettings(method="density", own=own, **recovery))
    asked = Density().at(trial, 0.75)
    shown = Density().decided_with(asked.prune)
    assert 0.25 == asked.prune.own["budget"]
    assert 0 < shown <= 50 * 32
    assert 100 * 32 == pytest.approx(shown + 32 * asked.prune.recovery_steps, abs=32)
    assert own["steps"] == Density().at(trial.with_prune(recovery="none"), 0.75).prune.own["steps"]


def test_nothing_of_the_training_is_changed_by_it(training):
    before = {name: tensor.clone() for name, tensor in training.tensors().items()}
    state = torch.get_rng_state()
    _ranks(training)
    assert all(torch.equal(tensor, before[name]) for name, tensor in training.tensors().items())
    assert torch.equal(state, torch.get_rng_state())
