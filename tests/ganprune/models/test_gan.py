"""Batch norm recalibrated, pictures drawn: what every architecture is put through."""

import torch
from torch import nn

from ganprune.config import ModelSettings
from ganprune.models import build
from ganprune.models.gan import Inputs, pictures, recalibrate
from ganprune.models.initialise import initialise


def _generator() -> nn.Module:
    settings = ModelSettings(width=8, latent=8, side=16)
    return initialise(build(settings).generator, torch.Generator().manual_seed(0))


def _inputs(n: int) -> Inputs:
    return {"latents": torch.randn(n, 8, generator=torch.Generator().manual_seed(1))}


def test_recalibrated_statistics_are_the_plain_average_over_batches():
    net, inputs = _generator(), _inputs(256)
    recalibrate(net, inputs, batch=64)
    first, norm = net.layers[0], net.layers[1]
    parts = inputs["latents"][:, :, None, None].split(64)
    batches = [first(part).detach().transpose(0, 1).flatten(1) for part in parts]
    torch.testing.assert_close(norm.running_mean, torch.stack([each.mean(1) for each in batches]).mean(0))
    torch.testing.assert_close(norm.running_var, torch.stack([each.var(1) for each in batches]).mean(0))


def test_recalibration_forgets_what_was_there_and_touches_no_weight():
    one, other, inputs = _generator(), _generator(), _inputs(256)
    for layer in other.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.fill_(9.0)
    for net in (one, other):
        recalibrate(net, inputs)
    assert all(map(torch.equal, one.state_dict().values(), other.state_dict().values()))
    assert all(map(torch.equal, one.parameters(), _generator().parameters()))


def test_a_recalibrated_network_trains_on_with_its_old_momentum():
    net = _generator()
    recalibrate(net, _inputs(64))
    assert {0.1} == {layer.momentum for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)}
    assert not net.training


def test_a_picture_does_not_depend_on_its_batch():
    net = _generator()
    recalibrate(net, _inputs(64))
    torch.testing.assert_close(pictures(net, _inputs(10), batch=3), pictures(net, _inputs(10)))
    assert not pictures(net, _inputs(2)).requires_grad
