"""Singular values become their roots in every layer but the one that draws; what lost whole channels stays without."""

import pytest
import torch
from torch import Tensor, nn

from ganprune.prunable import prunable
from ganprune.recovery.rescale import rescale


@pytest.fixture
def net() -> nn.Module:
    """A layer of each layout, with and without a bias; the second writes nothing into its last two channels."""
    layers = nn.Linear(6, 8), nn.ConvTranspose2d(8, 5, 3, bias=False), nn.Conv2d(5, 4, 3), nn.Conv2d(4, 3, 1)
    net, random = nn.Sequential(*layers), torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in net.parameters():
            weight.normal_(generator=random)
        layers[1].weight[:, 3:] = 0
    return net


def _sizes(layer: nn.Module) -> Tensor:
    axis = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
    return torch.linalg.svdvals(layer.weight.detach().double().movedim(axis, 0).flatten(1))


def test_every_layer_but_the_last_has_the_roots_of_its_singular_values(net):
    before, drawing = [_sizes(layer) for layer in net], net[-1].weight.clone()
    assert {} == rescale(net, net)
    for layer, sizes in list(zip(net, before, strict=True))[:-1]:
        torch.testing.assert_close(_sizes(layer), sizes.sqrt(), atol=1e-3, rtol=1e-4)
    assert torch.equal(drawing, net[-1].weight)


def test_a_bias_keeps_its_direction_and_gets_the_root_of_its_length(net):
    before = net[0].bias.detach().clone()
    rescale(net, net)
    torch.testing.assert_close(net[0].bias.detach(), before / before.norm().sqrt())


def test_channels_that_are_gone_stay_gone(net):
    rescale(net, net)
    assert net[1].weight[:, 3:].abs().max() < 1e-6
    assert net[1].weight[:, :3].all()


def test_a_layer_that_lost_everything_gets_nothing(net):
    with torch.no_grad():
        for weight in net[0].parameters():
            weight.zero_()
    rescale(net, net)
    assert not any(weight.any() for weight in net[0].parameters())
    assert all(weight.isfinite().all() for weight in prunable(net).values())
