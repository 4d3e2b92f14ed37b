"""The tutorial's loop and ours train the same network: what differs is speed alone."""

import numpy as np
import pytest
import torch

from bench import tutorial
from ganprune import seeds
from ganprune.config import ModelSettings, TrainSettings
from ganprune.losses import Batch
from ganprune.train import Training

COLOUR = ModelSettings(width=8, side=16, latent=8)
SETTINGS = TrainSettings(lr_g=1e-3, lr_d=5e-4, batch=16)


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (40, 3, 16, 16), np.uint8)


def test_both_loops_take_the_same_step_from_the_same_weights(pixels):
    ours, theirs = Training(COLOUR, SETTINGS), tutorial.begin(COLOUR, SETTINGS)
    real = next(iter(tutorial.loader(pixels, SETTINGS)))
    losses = ours.train_step(Batch(real), seeds.generator(0, "step"))
    loss_d, loss_g = tutorial.train_step(theirs, real, seeds.generator(0, "step"))
    assert {"d": loss_d, "g": loss_g} == pytest.approx({side: loss.item() for side, loss in losses.items()}, abs=1e-5)
    for mine, other in ((ours.generator, theirs.generator), (ours.discriminator, theirs.discriminator)):
        for name, tensor in mine.state_dict().items():
            torch.testing.assert_close(other.state_dict()[name], tensor, atol=1e-5, rtol=1e-5, msg=name)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_loader_gives_the_pictures_as_the_generator_draws_them(pixels, channels):
    batches = list(tutorial.loader(pixels[:, :channels], SETTINGS))
    assert [(16, channels, 16, 16)] * 2 == [batch.shape for batch in batches]
    whole = pixels[:, :channels].astype(np.float32) / 127.5 - 1
    for picture in torch.cat(batches):
        assert np.abs(whole - picture.numpy()).max(axis=(1, 2, 3)).min() < 1e-6


def test_a_loss_that_is_not_finite_ends_the_training(pixels):
    pair = tutorial.begin(COLOUR, SETTINGS)
    with torch.no_grad():
        next(pair.generator.parameters()).fill_(torch.nan)
    with pytest.raises(FloatingPointError):
        tutorial.train_epoch(pair, tutorial.loader(pixels, SETTINGS), seeds.generator(0, "epoch"))
