"""Density: two agents rank channels under a budget; its controls leave out what it is about."""

import pytest
import torch

from ganprune.config import ModelSettings, PruneSettings, TrainSettings
from ganprune.methods.density import LEAST, Density
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


def test_nothing_of_the_training_is_changed_by_it(training):
    before = {name: tensor.clone() for name, tensor in training.tensors().items()}
    state = torch.get_rng_state()
    _ranks(training)
    assert all(torch.equal(tensor, before[name]) for name, tensor in training.tensors().items())
    assert torch.equal(state, torch.get_rng_state())
