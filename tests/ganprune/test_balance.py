"""How much of its way the generator went in a step, as its discriminator sees it."""

import copy

import pytest
import torch
from torch import nn

from ganprune.balance import Balance
from ganprune.config import ModelSettings, TrainSettings
from ganprune.losses import Batch
from ganprune.train import Training

PIXELS = torch.randint(256, (16, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.fixture(params=["dcgan", "sngan"])
def training(request) -> Training:
    model = ModelSettings(name=request.param, width=4, latent=4, side=16, channels=1)
    training = Training(model, TrainSettings(batch=8, lr_g=1e-2))
    training.train_epoch(PIXELS)
    return training


def _shown(training: Training) -> Batch:
    return training.batch(PIXELS, None, None, torch.arange(8))


def test_a_generator_that_stays_gains_nothing(training):
    balance = Balance(training)
    balance.look(training, _shown(training))
    assert 0 == balance.sums[0]
    assert balance.sums[1] != 0


class Brightness(nn.Module):
    """A discriminator that tells brightness."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return pictures.mean(dim=(1, 2, 3))


def test_the_ratio_is_the_gain_of_a_step_by_the_gap_before_it(training):
    """Of pictures of the same inputs."""
    training.gan.nets["discriminator"] = Brightness()
    balance, white = Balance(training), Batch(torch.ones(8, 1, 16, 16))
    with torch.no_grad():
        for weight in training.generator.parameters():
            weight.mul_(1.5)
    for _ in range(2):
        balance.look(training, white)
    gain, gap = balance.sums.tolist()
    assert 0 != gain < gap
    assert balance.ratio() == pytest.approx(gain / gap)
    assert 0 == balance.sums.abs().sum()
    balance.note(training.generator)
    balance.look(training, white)
    assert 0 == balance.sums[0]


def test_where_real_pictures_are_not_told_from_drawn_ones_the_discriminator_is_too_weak(training):
    balance = Balance(training)
    balance.sums.copy_(torch.tensor([0.1, -0.2]))
    assert float("inf") == balance.ratio()


def test_a_look_changes_nothing(training):
    """No statistics, no singular vectors, no random state."""
    state, drawn = copy.deepcopy(training.tensors()), torch.get_rng_state()
    Balance(training).look(training, _shown(training))
    assert all(torch.equal(tensor, training.tensors()[name]) for name, tensor in state.items())
    assert torch.equal(drawn, torch.get_rng_state())
