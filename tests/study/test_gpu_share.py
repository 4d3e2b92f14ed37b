"""How many trials share a GPU: as many as fit and pay. No GPU here, so the measuring itself is run on the CPU."""

import pytest
import torch

from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from study.gpu_share import Measured, measured, trials_at_once


def _gpu(full_at: int, memory: float):
    """Speed grows with the number of trials up to one, each takes so much memory."""
    return lambda trials: Measured(min(trials, full_at), trials * memory)


@pytest.mark.parametrize(
    ("full_at", "memory", "expected"),
    [(1, 0.01, 1), (4, 0.01, 4), (100, 0.01, 16), (100, 0.15, 4), (100, 0.5, 1), (3, 0.01, 4)],
)
def test_trials_are_added_as_long_as_they_fit_and_are_faster_together(full_at, memory, expected):
    assert expected == trials_at_once(_gpu(full_at, memory))


@pytest.mark.slow
def test_several_are_trained_at_once_and_told_together():
    settings = TrialSettings(model=ModelSettings(width=4, side=16, channels=1, latent=8), train=TrainSettings(batch=16))
    pixels = torch.randint(256, (64, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    one, two = (measured(settings, pixels, "cpu", trials) for trials in (1, 2))
    assert one.speed > 0 < two.speed
    assert 0 == two.memory
