"""How much a channel matters, worked out a second time: layer by layer by hand, by torch-pruning, and by nudging it."""

import copy

import pytest
import torch
import torch_pruning
from torch import Tensor, nn
from torch.nn.functional import softplus

from ganprune import seeds
from ganprune.channels import ChannelGroup, channel_groups
from ganprune.config import ModelSettings, TrainSettings
from ganprune.errors import UserError
from ganprune.importance import IMPORTANCES, PICTURES
from ganprune.train import Training

PIXELS = torch.randint(256, (32, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module", params=["dcgan", "sngan"])
def training(request) -> Training:
    """Far enough that scales are no longer all the same."""
    model = ModelSettings(name=request.param, width=3, latent=6, side=16, channels=1)
    training = Training(model, TrainSettings(batch=8, lr_g=1e-2, lr_d=1e-2))
    training.train_epoch(PIXELS)
    return training


@pytest.fixture(scope="module")
def dense(training) -> nn.Module:
    return training.dense_generator()


@pytest.fixture(scope="module")
def groups(training, dense) -> tuple[ChannelGroup, ...]:
    inputs = training.gan.inputs(2, torch.Generator().manual_seed(0))
    return channel_groups(dense, inputs.values(), training.gan.outputs["generator"])


def _writers(group: ChannelGroup, net: nn.Module, kinds: tuple[type, ...]) -> list[nn.Module]:
    """Layers that write a group; in these models channel for channel in its order."""
    layers = [net.get_submodule(place.layer) for place in group.places if place.written]
    return [layer for layer in layers if isinstance(layer, kinds)]


def _filters(layer: nn.Module, values: Tensor | None = None) -> Tensor:
    """(channels, the rest): what writes each channel, or these values of it."""
    axis = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
    return (layer.weight.detach() if values is None else values).double().movedim(axis, 0).flatten(1)


@pytest.mark.parametrize(("name", "norm"), [("l1", 1), ("l2", 2)])
def test_it_is_the_norm_of_all_filters_that_write_a_channel(name, norm, training, dense, groups):
    found = IMPORTANCES[name](groups, dense, training, "generator")
    for group in groups:
        filters = [_filters(layer) for layer in _writers(group, dense, (nn.Conv2d, nn.ConvTranspose2d))]
        expected = torch.cat(filters, dim=1).norm(norm, dim=1)
        torch.testing.assert_close(found[group.name], expected)


@pytest.mark.parametrize(("name", "norm"), [("l1", 1), ("l2", 2)])
def test_torch_pruning_finds_the_same_order_where_one_layer_writes_a_channel(name, norm, training, dense, groups):
    found = IMPORTANCES[name](groups, dense, training, "generator")
    inputs = tuple(training.gan.inputs(2, torch.Generator().manual_seed(0)).values())
    net = copy.deepcopy(dense)
    graph = torch_pruning.DependencyGraph().build_dependency(net, example_inputs=inputs)
    theirs = torch_pruning.importance.MagnitudeImportance(p=norm, group_reduction="first", normalizer=None)
    for group in groups:
        if 1 == len(_writers(group, net, (nn.Conv2d, nn.ConvTranspose2d))):
            layer = net.get_submodule(group.name)
            write = graph.get_pruner_of_module(layer).prune_out_channels
            told = theirs(graph.get_pruning_group(layer, write, list(range(group.size))))
            assert torch.equal(told.argsort(), found[group.name].argsort())


def test_the_scale_of_its_norms_counts_whatever_its_sign(training, dense, groups):
    found = IMPORTANCES["scale"](groups, dense, training, "generator")
    for group in groups:
        scales = [norm.weight.detach().double().abs() for norm in _writers(group, dense, (nn.BatchNorm2d,))]
        torch.testing.assert_close(found[group.name], sum(scales))
    turned = copy.deepcopy(dense)
    with torch.no_grad():
        for norm in turned.modules():
            if isinstance(norm, nn.BatchNorm2d):
                norm.weight[::2] *= -1
    again = IMPORTANCES["scale"](groups, turned, training, "generator")
    assert all(torch.equal(found[name], again[name]) for name in found)


def test_the_scales_of_all_classes_count():
    model = ModelSettings(name="cdcgan", width=3, latent=6, side=16, channels=1, classes=2)
    training = Training(model, TrainSettings())
    net, inputs = training.generator, training.gan.inputs(2, torch.Generator().manual_seed(0))
    groups = channel_groups(net, inputs.values(), training.gan.outputs["generator"])
    found = IMPORTANCES["scale"](groups, net, training, "generator")
    for group, norm in zip(groups, net.norms, strict=True):
        torch.testing.assert_close(found[group.name], norm.scale.weight.detach().double().abs().sum(dim=0))


def test_channels_without_a_norm_have_no_scale_and_that_is_one_line(training, groups):
    net = training.discriminator
    pictures = (torch.zeros(2, 1, 16, 16),)
    plain = channel_groups(net, pictures, training.gan.outputs["discriminator"])
    with pytest.raises(UserError, match="no norm with a scale; take l1 or l2") as refused:
        IMPORTANCES["scale"](plain, net, training, "discriminator")
    assert "\n" not in str(refused.value)


def test_taylor_tells_how_the_loss_moves_when_a_channel_is_nudged(training, dense, groups):
    """All that writes and scales it times 1 ± a little, in double precision."""
    found = IMPORTANCES["taylor"](groups, dense, training, "generator")
    random = seeds.generator(training.settings.seed, "importance")
    latents = training.gan.inputs(PICTURES, random)["latents"].double()
    judge = copy.deepcopy(training.discriminator).double().eval()

    def loss(group: ChannelGroup, channel: int, factor: float) -> float:
        net = copy.deepcopy(dense).double()
        with torch.no_grad():
            for layer in _writers(group, net, (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d)):
                axis = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
                layer.weight.select(axis, channel).mul_(factor)
            return softplus(-judge(net(latents))).mean().item()

    for group, channel in ((groups[0], 0), (groups[-1], groups[-1].size - 1)):
        slope = (loss(group, channel, 1 + 1e-4) - loss(group, channel, 1 - 1e-4)) / 2e-4
        assert found[group.name][channel].item() == pytest.approx(abs(slope), rel=1e-2, abs=1e-7)


def test_diversity_is_how_much_it_matters_to_a_channel_in_which_direction_latents_move(training, dense, groups):
    """A second time, direction by direction and filter by filter, in double precision."""
    found = IMPORTANCES["diversity"](groups, dense, training, "generator")
    random = seeds.generator(training.settings.seed, "importance")
    latents = training.gan.inputs(PICTURES, random)["latents"].double()
    net, group, seen = copy.deepcopy(dense).double(), groups[0], []
    writers = _writers(group, net, (nn.Conv2d, nn.ConvTranspose2d))
    for direction in torch.randn(10, 6, generator=random).double():
        net.zero_grad()
        moved = latents + 5 * direction / direction.norm()
        (net(moved) - net(latents)).abs().mean().backward()
        seen.append(sum(_filters(layer, layer.weight.grad).abs().sum(dim=1) for layer in writers))
    torch.testing.assert_close(found[group.name], torch.stack(seen).var(dim=0), rtol=1e-3, atol=1e-12)


def test_a_channel_that_nothing_reads_brings_no_diversity(training, dense, groups):
    deaf, group = copy.deepcopy(dense), groups[-1]
    with torch.no_grad():
        for name, axis, place in group.parameters(deaf, written=False):
            deaf.get_parameter(name).select(axis, place.at[place.channel.index(0)]).zero_()
    found = IMPORTANCES["diversity"](groups, deaf, training, "generator")[group.name]
    assert 0 == found[0] < found[1:].min()


@pytest.mark.parametrize("side", ["generator", "discriminator"])
@pytest.mark.parametrize("name", ["l1", "l2", "taylor", "diversity"])
def test_each_leaves_both_networks_alone_and_is_the_same_every_time(name, side, training, dense):
    net = dense if side == "generator" else training.discriminator
    first = training.gan.inputs(2, torch.Generator())["latents"] if net is dense else torch.zeros(2, 1, 16, 16)
    found = channel_groups(net, (first,), training.gan.outputs[side])
    before = copy.deepcopy([dense.state_dict(), training.tensors()])
    one, other = (IMPORTANCES[name](found, net, training, side) for _ in range(2))
    assert all(torch.equal(one[group], other[group]) for group in one)
    for then, now in zip(before, [dense.state_dict(), training.tensors()], strict=True):
        assert all(torch.equal(then[key], tensor) for key, tensor in now.items())
    assert training.discriminator.training
