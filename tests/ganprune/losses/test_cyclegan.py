"""The losses of CycleGAN: least squares, the way there and back, and pictures of a side that stay as they are."""

import pytest
import torch
from torch import Tensor, nn

from ganprune.losses.batch import Batch
from ganprune.losses.cyclegan import CYCLE, IDENTITY, CycleGan


class Shift(nn.Module):
    def __init__(self, by: float):
        super().__init__()
        self.by = nn.Parameter(torch.tensor(by))

    def forward(self, pictures: Tensor) -> Tensor:
        return pictures + self.by


class Earlier(nn.Module):
    """A pool that shows pictures from before."""

    def forward(self, fresh: Tensor) -> Tensor:
        return torch.full_like(fresh, 3.0)


def _step(there: float, back: float, both: bool = True) -> dict[str, Tensor]:
    """Losses by side, as they are told; A is 0 and B 1; each discriminator's logit is the picture itself, less what it
    judges."""
    a, losses = torch.zeros(2, 1, 4, 4), {}
    nets = {"generator": Shift(there), "generator_back": Shift(back)}
    nets |= {"discriminator": Shift(0.0), "discriminator_back": Shift(-1.0), "pool": Earlier(), "pool_back": Earlier()}
    batch = Batch(a + 1, source=a)
    CycleGan().step(nets, {"source": a}, batch, lambda side, loss, drawn: losses.update({side: loss}), both)
    return losses


def test_a_perfect_pair_pays_for_the_identity_alone():
    """There adds 1, back takes 1: each discriminator is fooled if its logit is 1."""
    losses = _step(1.0, -1.0)
    fooling = (1 - 1) ** 2 + (0 - 1 - 1) ** 2
    assert losses["g"].item() == pytest.approx(fooling + CYCLE * 0 + IDENTITY * 2)


def test_what_does_not_come_back_is_paid_for_on_both_ways():
    losses = _step(1.0, -0.75)
    fooling = (1 - 1) ** 2 + (0.25 - 1 - 1) ** 2
    assert losses["g"].item() == pytest.approx(fooling + CYCLE * 0.5 + IDENTITY * 1.75)


def test_the_discriminators_look_at_what_the_pools_show():
    losses = _step(1.0, -1.0)
    of_b = ((1 - 1) ** 2 + 3**2) / 2
    of_a = ((-1 - 1) ** 2 + (3 - 1) ** 2) / 2
    assert losses["d"].item() == pytest.approx(of_a + of_b)


def test_the_generators_go_first_and_the_discriminators_may_go_alone():
    assert ["g", "d"] == list(_step(1.0, -1.0))
    assert ["d"] == list(_step(1.0, -1.0, both=False))
