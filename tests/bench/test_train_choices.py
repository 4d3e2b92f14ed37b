"""Each choice of fast training changes how fast it is, not what is computed."""

import pytest
import torch

from bench import train_choices
from bench.train_choices import CHOICES, Bfloat16, FromLoader
from bench.train_speed import random_pixels
from ganprune.config import ModelSettings, TrainSettings
from ganprune.train import Training

MODEL, SETTINGS = ModelSettings(width=8, side=16, latent=8), TrainSettings(batch=16)
SAME = [without for _, without in CHOICES.values() if without not in (Training, FromLoader)]
PIXELS = torch.from_numpy(random_pixels(32, side=16))


def _trained(loop: type[Training]) -> Training:
    training = loop(MODEL, SETTINGS)
    training.train_epoch(PIXELS)
    return training


@pytest.mark.parametrize("loop", SAME, ids=lambda loop: loop.__name__)
def test_without_a_choice_the_same_weights_are_trained(loop):
    ours, theirs = (_trained(each).generator.state_dict() for each in (Training, loop))
    assert all(torch.allclose(ours[name], theirs[name], rtol=1e-3, atol=1e-5) for name in ours)


@pytest.mark.parametrize("loop", [FromLoader, Bfloat16], ids=lambda loop: loop.__name__)
def test_what_draws_or_rounds_otherwise_shows_as_many_pictures(loop):
    assert (1, 2) == ((training := _trained(loop)).epoch, training.step)


def test_gains_are_of_the_first_over_the_second(monkeypatch):
    took = {"fast": 1.0, "slow": 3.0}
    monkeypatch.setattr(train_choices, "epoch", lambda loop: lambda: loop)
    monkeypatch.setattr(train_choices, "seconds", lambda epoch: took[epoch()])
    assert [3.0] * train_choices.REPEATS == train_choices.gains("fast", "slow")
