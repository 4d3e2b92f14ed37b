"""The losses of Pix2Pix: of pairs, halved for the discriminator, and with the true picture for the generator."""

import math

import pytest
import torch
from torch import Tensor, nn

from ganprune.losses.batch import Batch
from ganprune.losses.pix2pix import TRUTH, Pix2Pix


class Painter(nn.Module):
    def __init__(self):
        super().__init__()
        self.shift = nn.Parameter(torch.tensor(0.5))

    def forward(self, source: Tensor) -> Tensor:
        return source + self.shift


class Judge(nn.Module):
    """By how much a picture differs from its source."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))

    def forward(self, pictures: Tensor, source: Tensor) -> Tensor:
        return self.scale * (pictures - source)


def _step(both: bool = True) -> dict[str, Tensor]:
    """Losses by side, as they are told."""
    source, losses = torch.zeros(2, 1, 4, 4), {}
    nets = {"generator": Painter(), "discriminator": Judge()}
    batch = Batch(source + 2, source=source)
    Pix2Pix().step(nets, {"source": source}, batch, lambda side, loss, drawn: losses.update({side: loss}), both)
    return losses


def _softplus(x: float) -> float:
    return math.log(1 + math.exp(x))


def test_both_losses_are_those_of_the_paper():
    losses = _step()
    assert losses["d"].item() == pytest.approx((_softplus(-2) + _softplus(0.5)) / 2)
    assert losses["g"].item() == pytest.approx(_softplus(-0.5) + TRUTH * 1.5)


def test_the_discriminator_goes_first_and_may_go_alone():
    assert ["d", "g"] == list(_step())
    assert ["d"] == list(_step(both=False))
