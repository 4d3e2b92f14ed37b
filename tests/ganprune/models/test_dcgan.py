"""The DCGAN of the papers, weight for weight."""

import pytest
import torch
from torch import nn

from ganprune.config import ModelSettings
from ganprune.errors import UserError
from ganprune.metrics.cost import Built, macs, macs_nonzero
from ganprune.models.dcgan import dcgan
from ganprune.prunable import prunable


def test_the_reference_generator_has_the_weights_and_macs_of_the_notes():
    """methods.md 1.3: 409,600 + 524,288 + 131,072 + 3,072 weights; batch norm has 896 parameters."""
    generator = dcgan(ModelSettings()).generator
    assert [409_600, 524_288, 131_072, 3_072] == [weight.numel() for weight in prunable(generator).values()]
    assert 1_068_032 + 896 == sum(parameter.numel() for parameter in generator.parameters())
    built = Built(_filled(generator), [torch.zeros(1, 100)])
    assert 17_973_248 == macs(built) == macs_nonzero(built)


def _filled(net: nn.Module) -> nn.Module:
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(0.1)
    return net


def test_the_discriminator_mirrors_the_generator():
    gan = dcgan(ModelSettings())
    assert [3_072, 131_072, 524_288, 4_096] == [weight.numel() for weight in prunable(gan.discriminator).values()]


def test_the_papers_rules_for_a_stable_dcgan_are_kept():
    """Radford et al. 2016: batch norm in both but for the edges, ReLU and tanh in G, leaky ReLU in D, no bias."""
    gan = dcgan(ModelSettings(side=32))
    kinds = [type(layer) for layer in gan.generator.layers]
    assert [nn.ConvTranspose2d, nn.BatchNorm2d, nn.ReLU] * 3 + [nn.ConvTranspose2d, nn.Tanh] == kinds
    kinds = [type(layer) for layer in gan.discriminator.layers]
    block = [nn.Conv2d, nn.BatchNorm2d, nn.LeakyReLU]
    assert [nn.Conv2d, nn.LeakyReLU, *block, *block, nn.Conv2d] == kinds
    assert not any("conv" in name and "bias" in name for name, _ in gan.generator.named_parameters())


@pytest.mark.parametrize("side", [8, 28, 48, 128])
def test_another_side_is_refused_in_one_line_that_names_those_there_are(side):
    with pytest.raises(UserError, match=f"side {side}.*16, 32 or 64") as refused:
        dcgan(ModelSettings(side=side))
    assert "\n" not in str(refused.value)
