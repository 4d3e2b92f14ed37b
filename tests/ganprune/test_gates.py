"""A closed gate hides just what is taken out with its channel, in pictures and in MACs."""

import pytest
import torch

from ganprune.channels import channel_groups, channel_masks, without_channels
from ganprune.config import ModelSettings, TrainSettings
from ganprune.gates import Gated
from ganprune.masks import masked
from ganprune.metrics.cost import count_macs
from ganprune.train import Training

MODELS = [
    ModelSettings(name="dcgan", width=4, latent=6, side=16),
    ModelSettings(name="pix2pix", width=4, side=16),
    ModelSettings(name="pix2pix", width=4, side=16, blocks=2),
    ModelSettings(name="cyclegan", width=4, side=16),
    ModelSettings(name="cyclegan", width=4, side=16, blocks=2),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.name}-{model.blocks}")
def test_hard_gates_are_masks_and_their_macs_those_of_the_smaller_network(model):
    training = Training(model, TrainSettings())
    net, inputs = training.dense_generator(), [*training.gan.inputs(4, torch.Generator().manual_seed(0)).values()]
    groups = channel_groups(net, inputs, training.gan.outputs["generator"])
    random = torch.Generator().manual_seed(1)
    gates = {group.name: (torch.rand(group.size, generator=random) < 0.6).float() for group in groups}
    for gate in gates.values():
        gate[0] = 1
    kept = {name: gate.bool() for name, gate in gates.items()}
    gated = Gated(net, groups, [each[:1] for each in inputs])
    with torch.no_grad():
        assert torch.equal(net(*inputs), gated(*inputs)), "without gates it is as it was"
        gated.gates = gates
        drawn = gated(*inputs)
        assert (masked(net, channel_masks(net, groups, kept)).eval()(*inputs) - drawn).abs().max() < 1e-5
    small = without_channels(net, inputs, groups, kept)
    one = [each[:1] for each in inputs]
    expected = count_macs(small, one)[0] / count_macs(net, one)[0]
    assert gated.macs_left(gates).item() == pytest.approx(expected)
    assert 1 == pytest.approx(gated.macs_left({name: torch.ones_like(gate) for name, gate in gates.items()}).item())
