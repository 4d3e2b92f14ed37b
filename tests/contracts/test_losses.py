"""Every member of the shelf of losses: one step moves each side by its own loss, and the game can be won."""

import pytest
import torch
from torch import Tensor, nn

from ganprune.losses import LOSSES, Batch
from ganprune.models import OWN_LOSSES

pytestmark = pytest.mark.parametrize("name", LOSSES)


class Shift(nn.Module):
    """Draws and judges by one number: the simplest game there is."""

    def __init__(self, value: float):
        super().__init__()
        self.value = nn.Parameter(torch.tensor(value))


class Painter(Shift):
    """Of what it was drawn, no trace is left."""

    def forward(self, latents: Tensor) -> Tensor:
        return self.value + 0 * latents


class Judge(Shift):
    def forward(self, pictures: Tensor, *beside: Tensor) -> Tensor:
        return self.value * pictures


def _step(name: str, both: bool = True) -> list[tuple[str, float]]:
    """Which side was told to descend, and the slope for it at that moment."""
    nets = {"generator": Painter(-0.5), "discriminator": Judge(0.1)}
    nets |= {"generator_back": Painter(0.0), "discriminator_back": Judge(0.0)}
    nets |= {"pool": nn.Identity(), "pool_back": nn.Identity()}
    told = []

    def descend(side: str, loss: Tensor, drawn: Tensor) -> None:
        mine = nets["generator" if side == "g" else "discriminator"].value
        told.append((side, torch.autograd.grad(loss, mine, retain_graph=True)[0].item()))

    inputs = {"source" if name in OWN_LOSSES.values() else "latents": torch.zeros(4)}
    batch = Batch(torch.full((4,), 0.5), source=inputs.get("source"))
    LOSSES[name].step(nets, inputs, batch, descend, both)
    return told


def test_both_are_told_their_own_loss_once_where_one_plays_against_one_the_discriminator_first(name):
    sides = [side for side, _ in _step(name)]
    assert ["d", "g"] == (sorted(sides) if name in OWN_LOSSES.values() else sides)


def test_downhill_the_judge_prefers_real_pictures_and_the_painter_what_the_judge_likes(name):
    """The judge weighs pictures by a positive number, and real ones are larger: it must grow, drawn ones too."""
    assert all(slope < 0 for _, slope in _step(name))


def test_the_discriminator_may_step_alone(name):
    assert ["d"] == [side for side, _ in _step(name, both=False)]


def test_labels_reach_both_networks(name):
    if name in OWN_LOSSES.values():
        return
    seen = []

    class Labelled(Judge):
        def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
            seen.append(labels)
            return super().forward(pictures)

    labels = torch.arange(4)
    nets = {"generator": Labelled(1.0), "discriminator": Labelled(0.1)}
    inputs = {"latents": torch.zeros(4), "labels": labels}
    LOSSES[name].step(nets, inputs, Batch(torch.ones(4), labels), lambda side, loss, drawn: None, True)
    assert [labels] * 4 == seen
