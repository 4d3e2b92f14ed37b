"""Pix2Pix has the size of the original's, and its discriminator judges a picture beside its source."""

import pytest
import torch

from ganprune.config import ModelSettings
from ganprune.errors import UserError
from ganprune.models.pix2pix import Pix2Pix
from tests.ganprune.models.counted import counted


@pytest.mark.parametrize(
    ("side", "width", "params", "macs"),
    [(256, 64, 54_413_955, 6_048_186_368), (32, 16, 1_043_619, 5_832_704)],
)
def test_its_generator_has_the_parameters_and_executes_the_macs_of_the_original(side, width, params, macs):
    with torch.device("meta"):
        gan = Pix2Pix(ModelSettings(name="pix2pix", side=side, width=width))
    assert (params, macs) == counted(gan.generator, torch.empty(1, 3, side, side, device="meta"))


def test_at_256_pixels_its_discriminator_is_the_70_pixel_patchgan_of_both_pictures():
    with torch.device("meta"):
        gan = Pix2Pix(ModelSettings(name="pix2pix", side=256, width=64))
    source, picture = torch.empty(2, 1, 3, 256, 256, device="meta")
    assert 2_768_705 == sum(weight.numel() for weight in gan.discriminator.parameters())
    assert (1, 1, 30, 30) == gan.discriminator(picture, source).shape


@pytest.mark.parametrize("side", [16, 32, 48, 64, 96])
def test_any_side_that_is_halved_four_times_is_drawn(side):
    gan = Pix2Pix(ModelSettings(name="pix2pix", side=side, width=2))
    inputs = gan.inputs(2, torch.Generator().manual_seed(0))
    drawn = gan.generator(*inputs.values())
    assert inputs["source"].shape == drawn.shape == (2, 3, side, side)
    assert gan.discriminator(drawn, *gan.beside(inputs)).shape[:2] == (2, 1)


@pytest.mark.parametrize(("side", "near"), [(20, "16 or 32"), (100, "96 or 112"), (8, "set 16")])
def test_another_side_is_refused_with_the_nearest_that_will_do(side, near):
    with pytest.raises(UserError, match=near):
        Pix2Pix(ModelSettings(name="pix2pix", side=side))


def test_the_first_skip_carries_the_picture_past_the_bottleneck():
    """Skips come first in what an upward layer reads, and no norm erases the colour on the outermost."""
    gan = Pix2Pix(ModelSettings(name="pix2pix", side=16, width=2))
    gan.initialise(torch.Generator().manual_seed(0))
    with torch.no_grad():
        gan.generator.ups[-1][1].weight[2:].zero_()  # what comes from below
    dark, bright = gan.generator.eval()(torch.tensor([-1.0, 1.0])[:, None, None, None].expand(2, 3, 16, 16))
    assert not torch.allclose(dark, bright)
