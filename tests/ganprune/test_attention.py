"""Attention maps: of where a layer is active, whatever its width and how strong."""

import torch

from ganprune.attention import attention, draws_once, reads
from ganprune.config import ModelSettings
from ganprune.models import build


def test_maps_have_length_1_and_do_not_change_with_the_scale_or_the_number_of_channels():
    seen = torch.rand(3, 5, 4, 4, generator=torch.Generator().manual_seed(0))
    maps = attention(seen)
    torch.testing.assert_close(torch.ones(3), maps.norm(dim=1))
    torch.testing.assert_close(maps, attention(7 * seen))
    torch.testing.assert_close(maps, attention(seen.repeat(1, 2, 1, 1)))


def test_maps_change_when_places_do():
    seen = torch.rand(3, 5, 4, 4, generator=torch.Generator().manual_seed(0))
    assert (attention(seen) - attention(seen.flip(2))).abs().max() > 0.01


def test_what_layers_read_is_seen_but_for_latents():
    gan = build(ModelSettings(width=4, latent=4, side=16))
    seen = reads(gan.generator)
    gan.generator(torch.zeros(2, 4))
    assert {"layers.3": (8, 4, 4), "layers.6": (4, 8, 8)} == {
        name: tuple(each.shape[1:]) for name, each in seen.items()
    }


def test_a_cycle_draws_more_than_once_a_step():
    assert draws_once(ModelSettings())
    assert not draws_once(ModelSettings(name="cyclegan", side=16))
