"""Channels that shrink together: masked and removed draw the same pictures, through skips, transposed or not."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ganprune.channels import channel_groups, channel_masks, channels_sparsity, shaped_like, without_channels
from ganprune.config import ModelSettings
from ganprune.masks import masked
from ganprune.metrics.cost import sparsity
from ganprune.models import MODELS, Gan, build
from ganprune.models.gan import pictures, recalibrate
from ganprune.prunable import prunable

SEED = st.integers(0, 2**16)


def _gan(name: str, width: int = 4, side: int = 16, seed: int = 0) -> Gan:
    gan = build(ModelSettings(name=name, width=width, side=side, latent=6, classes=3))
    gan.initialise(torch.Generator().manual_seed(seed))
    recalibrate(gan.generator, _inputs(gan, 64))
    return gan


def _inputs(gan: Gan, n: int = 4) -> dict[str, torch.Tensor]:
    return gan.inputs(n, torch.Generator().manual_seed(7))


def _groups(gan: Gan):
    return channel_groups(gan.generator, _inputs(gan).values(), gan.outputs["generator"])


def _some(groups, random: torch.Generator) -> dict[str, torch.Tensor]:
    """Of each group any channels, but one at least."""
    kept = {group.name: torch.rand(group.size, generator=random) < torch.rand((), generator=random) for group in groups}
    for stay in kept.values():
        stay[0] = True
    return kept


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=12)
@given(width=st.integers(1, 6), side=st.sampled_from([16, 32]), seed=SEED)
def test_what_is_removed_and_what_is_zeroed_draw_the_same_pictures(name, width, side, seed):
    gan = _gan(name, width, side, seed)
    groups = _groups(gan)
    kept = _some(groups, torch.Generator().manual_seed(seed))
    masked_net = masked(gan.generator, channel_masks(gan.generator, groups, kept))
    small = without_channels(gan.generator, _inputs(gan).values(), groups, kept)
    inputs = _inputs(gan, 16)
    assert (pictures(masked_net, inputs) - pictures(small, inputs)).abs().max() < 1e-5
    for net in (masked_net, small):
        recalibrate(net, _inputs(gan, 64))
    assert (pictures(masked_net, inputs) - pictures(small, inputs)).abs().max() < 1e-5


@pytest.mark.parametrize("name", MODELS)
def test_zeros_of_the_masked_network_are_the_weights_that_the_small_one_lacks(name):
    gan = _gan(name)
    groups = _groups(gan)
    kept = _some(groups, torch.Generator().manual_seed(1))
    masked_net = masked(gan.generator, channel_masks(gan.generator, groups, kept))
    small = without_channels(gan.generator, _inputs(gan).values(), groups, kept)
    left = sum(weight.numel() for weight in prunable(small).values())
    assert sparsity(masked_net).zeros == sparsity(masked_net).total - left > 0
    assert sparsity(masked_net).prunable == channels_sparsity(gan.generator, groups, kept)


@pytest.mark.parametrize("name", MODELS)
def test_the_output_layers_keep_their_channels_and_all_other_layers_are_in_a_group(name):
    gan = _gan(name)
    written = [place.layer for group in _groups(gan) for place in group.places if place.written]
    assert not gan.outputs["generator"] & set(written)
    assert set(prunable(gan.generator)) - gan.outputs["generator"] <= set(written)


def test_what_a_class_scales_and_shifts_is_part_of_the_channel():
    """Of both sides: the embeddings that a conditional norm reads, and the one that the discriminator projects on."""
    groups = {group.name: {place.layer for place in group.places} for group in _groups(_gan("cdcgan"))}
    norm = {f"norms.0.{part}" for part in ("norm", "scale", "shift")}
    assert {"convolutions.0", "convolutions.1"} | norm == groups["convolutions.0"]
    for name in ("cdcgan", "csngan"):
        gan = _gan(name)
        pictures = gan.generator(*_inputs(gan).values())
        found = channel_groups(gan.discriminator, (pictures, _inputs(gan)["labels"]), gan.outputs["discriminator"])
        assert {"to_logit", "of_class"} <= {place.layer for place in found[-1].places}
        assert all(len(set(place.channel)) == group.size for group in found for place in group.places)
        kept = _some(found, torch.Generator().manual_seed(0))
        assert channel_masks(gan.discriminator, found, kept)


def test_groups_of_dcgan_are_its_hidden_layers_and_of_sngan_its_streams_and_what_is_inside_its_blocks():
    assert ["layers.0", "layers.3"] == [group.name for group in _groups(_gan("dcgan"))]
    groups = {group.name: {place.layer for place in group.places} for group in _groups(_gan("sngan"))}
    assert {"blocks.0.conv2", "blocks.0.shortcut", "blocks.1.norm1", "blocks.1.conv1", "blocks.1.shortcut"} in [
        *groups.values()
    ]
    assert {"blocks.0.conv1", "blocks.0.norm2", "blocks.0.conv2"} == groups["blocks.0.conv1"]
    assert 5 == len(groups)


@pytest.mark.parametrize("name", MODELS)
def test_a_small_network_is_found_again_from_its_tensors_alone(name):
    gan = _gan(name)
    groups = _groups(gan)
    small = without_channels(
        gan.generator, _inputs(gan).values(), groups, _some(groups, torch.Generator().manual_seed(2))
    )
    again = shaped_like(_gan(name, seed=1).generator, small.state_dict())
    assert torch.equal(pictures(small, _inputs(gan)), pictures(again, _inputs(gan)))
    assert str(small) == str(again)


@pytest.mark.parametrize("name", MODELS)
def test_the_network_that_channels_are_taken_from_is_left_alone(name):
    gan = _gan(name)
    groups, before = _groups(gan), copy.deepcopy(gan.generator.state_dict())
    without_channels(gan.generator, _inputs(gan).values(), groups, _some(groups, torch.Generator().manual_seed(3)))
    assert all(torch.equal(before[key], tensor) for key, tensor in gan.generator.state_dict().items())
