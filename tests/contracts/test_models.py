"""Every architecture on the shelf: shapes, initialisation, and nothing drawn from the global random state."""

import pytest
import torch
from torch import nn

from ganprune.config import ModelSettings
from ganprune.layers import layers
from ganprune.models import MODELS, Gan, build
from ganprune.models.gan import initialise
from ganprune.prunable import prunable

pytestmark = pytest.mark.parametrize("name", MODELS)
SMALL = {"width": 8, "latent": 10}


def _gan(name: str, **settings) -> Gan:
    gan = build(ModelSettings(name=name, **(SMALL | settings)))
    for net in (gan.generator, gan.discriminator):
        initialise(net, torch.Generator().manual_seed(0))
    return gan


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [16, 32, 64])
def test_latents_become_pictures_and_pictures_logits(name, side, channels):
    gan = _gan(name, side=side, channels=channels)
    pictures = gan.generator(torch.randn(4, 10))
    assert (4, channels, side, side) == pictures.shape
    assert pictures.abs().max() <= 1
    assert (4,) == gan.discriminator(pictures).shape


def test_its_layers_one_after_the_other_draw_the_same(name):
    """What an export tells of a generator is enough to build it."""
    net = _gan(name).generator.eval()
    chain = nn.Sequential(*(getattr(nn, layer["type"])(**layer["arguments"]) for layer in layers(net)))
    chain.load_state_dict(dict(zip(chain.state_dict(), net.state_dict().values(), strict=True)))
    latents = torch.randn(4, 10)
    assert torch.equal(net(latents), chain.eval()(latents))


def test_weights_are_drawn_as_the_paper_says(name):
    """N(0, 0.02) for convolutions, N(1, 0.02) for batch-norm scales, zero for shifts; ± 4 standard errors."""
    gan = _gan(name, width=32, side=32)
    for net in (gan.generator, gan.discriminator):
        initialise(net, torch.Generator().manual_seed(0))
        for weight in prunable(net).values():
            error = 4 * 0.02 / weight.numel() ** 0.5
            assert weight.mean().item() == pytest.approx(0, abs=error)
            assert weight.std().item() == pytest.approx(0.02, abs=error)
        norms = [layer for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]
        scales = torch.cat([norm.weight for norm in norms])
        assert scales.mean().item() == pytest.approx(1, abs=4 * 0.02 / len(scales) ** 0.5)
        assert scales.std().item() == pytest.approx(0.02, rel=0.3)
        assert not any(norm.bias.any() for norm in norms)


def test_every_parameter_is_initialised_from_the_generator_that_is_passed_in(name):
    """Two nets built at different times are the same after it, so nothing is left from torch's own start."""
    one, other = (_gan(name) for _ in range(2))
    for first, second in ((one.generator, other.generator), (one.discriminator, other.discriminator)):
        for net in (first, second):
            initialise(net, torch.Generator().manual_seed(3))
        assert all(map(torch.equal, first.state_dict().values(), second.state_dict().values()))


def test_building_and_initialising_leave_the_global_random_state_alone(name):
    before = torch.get_rng_state()
    initialise(_gan(name).generator, torch.Generator().manual_seed(0))
    assert torch.equal(before, torch.get_rng_state())


def test_the_last_prunable_layer_is_the_output(name):
    """The one that pruning spares: its channels are the picture's."""
    gan = _gan(name, channels=3)
    *_, layer = prunable(gan.generator)
    with torch.no_grad():
        gan.generator.get_submodule(layer).weight.zero_()
    assert not gan.generator(torch.randn(2, 10)).any()
