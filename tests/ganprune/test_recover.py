"""Recovery with everything held: masks, the training it goes on from, the number of pictures."""

import copy

import pytest
import torch
from torch import nn

from ganprune.averaging import averaging_pace
from ganprune.config import ModelSettings, PruneSettings
from ganprune.masks import Masks, masked
from ganprune.methods import METHODS
from ganprune.recover import recover
from ganprune.train import Training

SETTINGS = PruneSettings(own={"threshold": 80.0}, recovery="finetune", recovery_steps=8, recovery_rate=0.5)


@pytest.fixture(params=["dcgan", "sngan"])
def training(request, settings, evaluator) -> Training:
    narrow = ModelSettings(name=request.param, width=2, latent=8, side=16, channels=1)
    training = Training(narrow if request.param == "sngan" else settings.model, settings.train)
    for _ in range(2):
        training.train_epoch(*evaluator.training_set)
    return training


@pytest.fixture
def recovered(evaluator):
    """The generator after recovery, beside the pictures that it took."""

    def run(training: Training, masks: Masks | None = None, **values) -> tuple[nn.Module, int]:
        dense = training.dense_generator()
        net = masked(dense, _masks(training))
        settings = SETTINGS.model_copy(update=values)
        held = {"generator": _masks(training) if masks is None else masks}
        if settings.discriminator:
            held["discriminator"] = _masks(training, "discriminator")
        images = recover(net, dense, training, evaluator.training_set, settings, held, settings.recovery_steps)
        return net, images

    return run


def _masks(training: Training, side: str = "generator") -> Masks:
    net = training.dense_generator() if side == "generator" else training.discriminator
    return METHODS["percentage"].cut(net, training, SETTINGS, side).masks(80.0)


def _same(one: nn.Module, other: nn.Module) -> bool:
    return all(torch.equal(tensor, other.state_dict()[name]) for name, tensor in one.state_dict().items())


def test_what_was_pruned_stays_zero_though_adams_momentum_would_move_it(training, recovered):
    net, _ = recovered(training)
    before = training.dense_generator()
    for name, mask in _masks(training).items():
        assert not net.get_parameter(name)[~mask].any()
        assert not torch.equal(net.get_parameter(name)[mask], before.get_parameter(name)[mask])


def test_without_a_mask_pruned_weights_would_come_back(training, recovered):
    """So the test above can fail."""
    net, _ = recovered(training, masks={})
    assert any(net.get_parameter(name)[~mask].any() for name, mask in _masks(training).items())


def test_it_is_the_same_from_a_training_that_was_restored(training, recovered):
    restored = Training(training.model, training.settings)
    restored.restore(copy.deepcopy(training.tensors()))
    assert _same(recovered(training)[0], recovered(restored)[0])


def test_pictures_are_counted_over_as_many_epochs_as_it_takes(training, recovered):
    assert 8 * 32 == recovered(training)[1]


def test_a_pruned_discriminator_teaches_something_else_and_the_dense_one_stays_whole(training, recovered):
    """Under a spectral norm too."""
    before = copy.deepcopy(training.discriminator.state_dict())
    assert not _same(recovered(training)[0], recovered(training, discriminator=True)[0])
    assert all(torch.equal(before[name], tensor) for name, tensor in training.discriminator.state_dict().items())


def test_a_smaller_rate_moves_the_weights_less(training, recovered):
    dense = training.dense_generator()
    moved = []
    for rate in (0.01, 1.0):
        net, _ = recovered(training, recovery_rate=rate)
        masks = _masks(training)
        start = masked(dense, masks)
        moved.append(sum((net.get_parameter(name) - start.get_parameter(name)).norm() for name in masks))
    assert moved[0] < 0.1 * moved[1]


def test_rates_that_decay_fall_to_nothing_in_a_straight_line(training, recovered, monkeypatch):
    """What is stored of a training knows nothing of it: only the point's own steps are at such rates."""
    rates, step = [], Training.train_step

    def noted(tuned, *told):
        rates.append([optimiser.rate for optimiser in tuned.optimisers.values()])
        return step(tuned, *told)

    monkeypatch.setattr(Training, "train_step", noted)
    before = [0.5 * training.settings.lr_g, 0.5 * training.settings.lr_d]
    recovered(training, recovery_decay=True)
    assert [pytest.approx([(1 - n / 8) * rate for rate in before]) for n in range(8)] == rates
    rates.clear()
    recovered(training)
    assert [before] * 8 == rates


def test_its_weights_are_averaged_as_those_of_training_are(training, recovered):
    """After so many steps that the average looks back over many, another one moves it by that much less."""
    names, dense = _masks(training).keys(), masked(training.dense_generator(), _masks(training))
    moved = []
    for steps in (10, 1000):
        training.step = steps
        net, _ = recovered(training, recovery_steps=1)
        moved.append([net.get_parameter(name) - dense.get_parameter(name) for name in names])
    for near, far in zip(*moved, strict=True):
        torch.testing.assert_close(averaging_pace(1001) * near, far, rtol=1e-3, atol=1e-7)
