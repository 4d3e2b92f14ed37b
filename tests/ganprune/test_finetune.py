"""Fine-tuning: the mask held, the training it goes on from left as it was."""

import copy

import pytest
import torch

from ganprune import seeds
from ganprune.config import PruneSettings
from ganprune.finetune import finetune
from ganprune.prunable import prunable
from ganprune.pruning.prune import apply, sieve
from ganprune.train import Training

SETTINGS = PruneSettings(finetune_steps=8, finetune_rate=0.5)


@pytest.fixture
def training(settings, bench) -> Training:
    training = Training(settings.model, settings.train)
    for _ in range(2):
        training.train_epoch(bench.pixels)
    return training


def _pruned(training: Training):
    net = training.dense_generator()
    masks = sieve(prunable(net), "percentage", seeds.generator(0, "p"), True).masks(80.0)
    apply(masks, prunable(net))
    return net, masks


def _same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_what_was_pruned_stays_zero_though_adams_momentum_would_move_it(training, bench):
    net, masks = _pruned(training)
    before = copy.deepcopy(net.state_dict())
    finetune(net, training, bench.pixels, SETTINGS, masks, {})
    for name, mask in masks.items():
        weight = prunable(net)[name]
        assert not weight[~mask].any()
        assert not torch.equal(weight, before[f"{name}.weight"])


def test_without_a_mask_pruned_weights_would_come_back(training, bench):
    """So the test above can fail."""
    net, masks = _pruned(training)
    finetune(net, training, bench.pixels, SETTINGS, {}, {})
    assert any(prunable(net)[name][~mask].any() for name, mask in masks.items())


def test_the_training_it_goes_on_from_is_left_as_it_was(training, bench):
    """Down to the step counts of both optimisers: other points are fine-tuned from them."""
    before = {name: tensor.clone() for name, tensor in training.tensors().items()}
    net, masks = _pruned(training)
    finetune(net, training, bench.pixels, SETTINGS, masks, {})
    assert [] == [name for name, tensor in training.tensors().items() if not torch.equal(before[name], tensor)]


def test_the_same_pruned_network_is_tuned_to_the_same_weights_every_time(training, bench):
    states = []
    for _ in range(2):
        net, masks = _pruned(training)
        finetune(net, training, bench.pixels, SETTINGS, masks, {})
        states.append(net.state_dict())
    assert _same(*states)


def test_it_is_the_same_from_a_training_that_was_restored(training, bench, settings):
    restored = Training(settings.model, settings.train)
    restored.restore(copy.deepcopy(training.tensors()))
    states = []
    for source in (training, restored):
        net, masks = _pruned(source)
        finetune(net, source, bench.pixels, SETTINGS, masks, {})
        states.append(net.state_dict())
    assert _same(*states)


def test_pictures_are_counted_over_as_many_epochs_as_it_takes(training, bench):
    net, masks = _pruned(training)
    assert 8 * 32 == finetune(net, training, bench.pixels, SETTINGS, masks, {})


def test_a_pruned_discriminator_teaches_something_else(training, bench):
    masks_d = sieve(prunable(training.discriminator), "percentage", seeds.generator(0, "p"), True).masks(80.0)
    states = []
    for held in ({}, masks_d):
        net, masks = _pruned(training)
        finetune(net, training, bench.pixels, SETTINGS, masks, held)
        states.append(net.state_dict())
    assert not _same(*states)


def test_a_smaller_rate_moves_the_weights_less(training, bench):
    moved = []
    for rate in (0.01, 1.0):
        net, masks = _pruned(training)
        before = copy.deepcopy(net.state_dict())
        finetune(net, training, bench.pixels, SETTINGS.model_copy(update={"finetune_rate": rate}), masks, {})
        moved.append(sum((net.state_dict()[f"{name}.weight"] - before[f"{name}.weight"]).norm() for name in masks))
    assert moved[0] < 0.1 * moved[1]
