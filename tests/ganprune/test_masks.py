"""Masks applied, copied, and drawn by lot."""

import numpy as np
import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from ganprune.masks import Masks, apply, masked, random_masks


def _net() -> nn.Module:
    net = nn.Sequential(nn.Linear(20, 30), nn.BatchNorm1d(30), nn.Linear(30, 10))
    random = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.normal_(generator=random)
    return net


def _masks(net: nn.Module, *names: str) -> Masks:
    random = torch.Generator().manual_seed(1)
    return {name: torch.rand(net.get_parameter(name).shape, generator=random) < 0.4 for name in names}


def test_applying_masks_zeroes_what_they_give_up_and_leaves_the_rest_to_the_bit():
    net = _net()
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    masks = _masks(net, "0.weight", "1.bias")
    apply(masks, net)
    for name, tensor in net.state_dict().items():
        expected = np.where(masks[name], before[name], 0) if name in masks else before[name].numpy()
        assert np.array_equal(expected, tensor.numpy())


def test_what_is_gone_is_plain_zero_without_a_sign():
    """The sign of a negative zero would be a random bit for every pruned weight: it cannot be compressed away."""
    net = nn.Linear(2, 1)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[-1.0, 1.0]]))
    apply({"weight": torch.zeros(1, 2, dtype=torch.bool)}, net)
    assert [[False, False]] == torch.signbit(net.weight).tolist()


def test_a_masked_copy_can_still_learn_and_the_network_is_left_alone():
    net = _net()
    before = net[0].weight.clone()
    copied = masked(net, _masks(net, "0.weight"))
    assert torch.equal(before, net[0].weight)
    assert (copied[0].weight == 0).any()
    assert copied[0].weight.requires_grad


def test_what_lies_behind_a_spectral_norm_can_be_masked():
    net = nn.Sequential(spectral_norm(nn.Linear(4, 4)))
    mask = torch.eye(4, dtype=torch.bool)
    apply({"0.parametrizations.weight.original": mask}, net)
    assert torch.equal(mask, net[0].weight != 0)


def test_the_control_takes_as_many_of_each_parameter_but_others():
    masks = _masks(_net(), "0.weight", "2.weight")
    control = random_masks(masks, torch.Generator().manual_seed(1))
    assert masks.keys() == control.keys()
    for name, mask in masks.items():
        assert mask.sum() == control[name].sum()
        assert mask.shape == control[name].shape
        assert not torch.equal(mask, control[name])
