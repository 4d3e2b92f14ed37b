"""Masks that are held while a GAN trains: what is out stays out, of the averaged generator too."""

import pytest
import torch

from ganprune.config import ModelSettings, TrainSettings
from ganprune.masking import Masking
from ganprune.prunable import weight_name
from ganprune.settings import Settings
from ganprune.train import Training

PIXELS = torch.randint(256, (32, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


class Both(Masking):
    VERSION = 1
    nets = ("generator", "discriminator")


@pytest.fixture(params=["dcgan", "sngan"])
def training(request) -> Training:
    model = ModelSettings(name=request.param, width=4, latent=4, side=16, channels=1)
    return Training(
        model, TrainSettings(batch=8, lr_g=1e-2, lr_d=1e-2), hooks={"both": Both(Settings(), spare_output=True)}
    )


def _hold_half(training: Training) -> Both:
    hook, random = training.hooks["both"], torch.Generator().manual_seed(1)
    for net, masks in hook.masks.items():
        halves = {name: torch.rand(mask.shape, generator=random) < 0.5 for name, mask in masks.items()}
        hook.hold(training, net, halves)
    return hook


def _kept_alive(training: Training) -> float:
    """The largest weight that should be gone."""
    masks = training.hooks["both"].masks
    networks = [(training.gan.nets[net], masks[net]) for net in masks] + [(training.averaged, masks["generator"])]
    return max(
        network.get_parameter(name)[~mask].abs().max().item() for network, out in networks for name, mask in out.items()
    )


def test_what_is_out_stays_out_though_adam_would_move_it(training):
    """It was moving when it went; under a spectral norm it is the weight behind it."""
    training.train_epoch(PIXELS)
    _hold_half(training)
    assert 0 == _kept_alive(training)
    training.train_epoch(PIXELS)
    assert 0 == _kept_alive(training)


def test_if_nobody_held_them_they_would_come_back(training, monkeypatch):
    """So the test above can fail."""
    monkeypatch.setattr(Both, "after_descent", lambda hook, side, training: None)
    training.train_epoch(PIXELS)
    _hold_half(training)
    training.train_epoch(PIXELS)
    assert _kept_alive(training) > 0


def test_masks_change_in_place(training):
    """A captured step reads the tensors that it was captured with."""
    masks = training.hooks["both"].masks
    places = [mask.data_ptr() for each in masks.values() for mask in each.values()]
    hook = _hold_half(training)
    hook.restore({name: tensor.clone() for name, tensor in hook.tensors().items()})
    assert places == [mask.data_ptr() for each in masks.values() for mask in each.values()]


def test_output_layers_are_left_whole_unless_they_may_go(training):
    spared, all_of_them = (Both(Settings(), spare_output=spare) for spare in (True, False))
    for hook in (spared, all_of_them):
        hook.begin(training)
    for net, masks in all_of_them.masks.items():
        outputs = {weight_name(training.gan.nets[net], layer) for layer in training.gan.outputs[net]}
        assert outputs == masks.keys() - spared.masks[net].keys()
