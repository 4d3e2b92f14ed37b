"""A closed gate hides just what is taken out with its channel, in pictures and in MACs."""

import pytest
import torch
from torch import nn
from torch.nn.utils.parametrize import is_parametrized, remove_parametrizations

from ganprune.channels import ChannelGroup, Kept, channel_groups, channel_masks, without_channels
from ganprune.config import ModelSettings, TrainSettings
from ganprune.gates import Gated, Gates
from ganprune.hardening import SETTLED, Hardening
from ganprune.masks import masked
from ganprune.metrics.cost import Built, macs
from ganprune.models import MODELS, build
from ganprune.prunable import BATCH_NORMS
from ganprune.train import Training


def _shape(name: str, blocks: int = 0) -> ModelSettings:
    return ModelSettings(name=name, width=4, latent=6, side=16, classes=3, blocks=blocks)


def _shifted(net: nn.Module) -> nn.Module:
    """Its norms neither start at nothing nor at one; spectral ones as they are now, for good."""
    for layer in net.modules():
        if is_parametrized(layer):
            remove_parametrizations(layer, "weight")
        if isinstance(layer, BATCH_NORMS):
            for tensor, low, high in _ranges(layer):
                nn.init.uniform_(tensor, low, high, generator=_random())
    return net.eval()


def _ranges(norm: nn.Module) -> list[tuple[torch.Tensor, float, float]]:
    learned = [(norm.weight, 0.5, 2), (norm.bias, -0.5, 0.5)] if norm.affine else []
    return [(norm.running_mean, -0.5, 0.5), (norm.running_var, 0.5, 2), *learned]


def _random() -> torch.Generator:
    return torch.Generator().manual_seed(1)


@torch.no_grad()
def _apart(one: nn.Module, other: nn.Module, shown: list[torch.Tensor]) -> float:
    return (one.eval()(*shown) - other.eval()(*shown)).abs().max().item()


def _some(groups: tuple[ChannelGroup, ...]) -> tuple[Gates, Kept]:
    """About half of each group's channels, one at least."""
    random = _random()
    gates = {group.name: (torch.rand(group.size, generator=random) < 0.6).float() for group in groups}
    for gate in gates.values():
        gate[0] = 1
    return gates, {name: gate.bool() for name, gate in gates.items()}


@pytest.mark.parametrize(("name", "blocks"), [*((name, 0) for name in MODELS), ("pix2pix", 2), ("cyclegan", 2)])
def test_hard_gates_draw_what_the_cut_network_draws_and_count_its_macs(name, blocks):
    """Through residual streams and their shortcuts, concatenations, and norms of classes."""
    gan = build(_shape(name, blocks))
    net, inputs = _shifted(gan.generator), [*gan.inputs(4, _random()).values()]
    groups, one = channel_groups(net, inputs, gan.outputs["generator"]), [each[:1] for each in inputs]
    gates, kept = _some(groups)
    gated, small = Gated(net, groups, one), without_channels(net, inputs, groups, kept)
    assert 0 == _apart(net, gated, inputs), "without gates it is as it was"
    gated.gates = gates
    assert _apart(small, gated, inputs) < 1e-5
    assert _apart(masked(net, channel_masks(net, groups, kept)), gated, inputs) < 1e-5
    assert _apart(net, gated, inputs) > 1e-4
    expected = macs(Built(small, one)) / macs(Built(net, one))
    assert gated.macs_left(gates).item() == pytest.approx(expected)
    assert 1 == pytest.approx(gated.macs_left({name: torch.ones_like(gate) for name, gate in gates.items()}).item())


@pytest.mark.parametrize("name", MODELS)
def test_a_discriminator_behind_hard_gates_judges_as_without_these_channels(name):
    """Through projections as well."""
    gan = build(_shape(name))
    net, beside = _shifted(gan.discriminator), gan.beside(gan.inputs(4, _random()))
    seen = [torch.rand(4, 3, 16, 16, generator=_random()), *beside]
    groups = channel_groups(net, seen, gan.outputs["discriminator"])
    gates, kept = _some(groups)
    gated = Gated(net, groups, [each[:1] for each in seen])
    gated.gates = gates
    assert _apart(masked(net, channel_masks(net, groups, kept)), gated, seen) < 1e-5
    assert _apart(net, gated, seen) > 1e-4


@pytest.mark.parametrize("name", MODELS)
def test_gates_that_have_hardened_draw_what_the_cut_network_draws(name):
    gates = Hardening(0.9, penalty=1.0, anneal=4, exponent=1.0, rate=30.0)
    training = Training(_shape(name), TrainSettings(), hooks={"gates": gates})
    plain, gated = (_shifted(net) for net in (training.averaged, training.generator))
    _, kept = _some(gates.groups)
    for name, moved in gates._moved.items():
        moved.data.copy_(torch.where(kept[name], SETTLED, -SETTLED) / 30)
    small = without_channels(plain, gates.inputs, gates.groups, kept)
    assert _apart(small, gated, gates.inputs) < 1e-5
    assert _apart(plain, gated, gates.inputs) > 1e-4
