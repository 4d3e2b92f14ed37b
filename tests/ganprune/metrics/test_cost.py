"""Cost: what is executed, what is zero, what is stored."""

import pytest
import safetensors.torch
import torch
from torch import Generator, nn
from torch.utils.flop_counter import FlopCounterMode

from ganprune.config import ModelSettings
from ganprune.metrics import METRICS
from ganprune.metrics.cost import Built, cost, macs, macs_nonzero, macs_published, sparsity, stored_bytes
from ganprune.models import MODELS
from ganprune.prunable import prunable


def _generator(widths: tuple[int, ...] = (256, 128, 64, 3)) -> nn.Sequential:
    """The reference generator: 1x1 latents of 100, doubled to 32 pixels."""
    first, *rest = widths
    layers = [nn.ConvTranspose2d(100, first, 4, 1, 0, bias=False)]
    for width_in, width in zip(widths, rest, strict=False):
        layers += [nn.BatchNorm2d(width_in), nn.ReLU(), nn.ConvTranspose2d(width_in, width, 4, 2, 1, bias=False)]
    generator = nn.Sequential(*layers, nn.Tanh())
    for parameter in generator.parameters():
        nn.init.normal_(parameter, 0.5, 0.02, generator=Generator().manual_seed(0))
    return generator


LATENT = [torch.zeros(1, 100, 1, 1)]


def test_the_reference_generator_costs_what_arithmetic_says():
    found = cost(_generator(), LATENT)
    counted = {name for name in METRICS if METRICS[name].family == "cost"} - {"sparsity"}  # which needs the dense one
    assert found.keys() == {name for name in counted if "latency" not in name}
    assert found["macs"] == found["macs_nonzero"] == 17_973_248
    assert found["params"] == found["nonzero_params"] == 1_068_032 + 896


def test_macs_nonzero_weighs_each_layer_by_its_zeros():
    generator = _generator()
    generator[0].weight.data[:50] = 0  # half of 409,600, each used once
    generator[3].weight.data[:, :32] = 0  # a quarter of 8,388,608
    assert macs(Built(generator, LATENT)) == 17_973_248
    assert macs_nonzero(Built(generator, LATENT)) == 17_973_248 - 204_800 - 2_097_152


def test_macs_are_those_that_torchs_own_counter_counts():
    upward = nn.ConvTranspose2d(6, 8, (3, 5), stride=(2, 1), padding=1, output_padding=(1, 0), groups=2)
    downward = nn.Conv2d(8, 4, 3, stride=2, dilation=2, groups=4)
    net = nn.Sequential(upward, downward, nn.Flatten(), nn.Linear(64, 7))
    counter = FlopCounterMode(display=False)
    with counter:
        net(torch.zeros(1, 6, 6, 9))
    built = Built(net, [torch.zeros(1, 6, 6, 9)])
    assert counter.get_total_flops() // 2 == macs(built) == macs_nonzero(built)


def test_macs_of_a_linear_layer_that_is_the_whole_network():
    layer = nn.Linear(6, 4)
    layer.weight.data = torch.arange(24.0).reshape(4, 6)  # one zero
    built = Built(layer, [torch.zeros(1, 6)])
    assert (24, 23, 24) == (macs(built), macs_nonzero(built), macs_published(built))


@pytest.mark.parametrize(
    ("shape", "executed", "published"),
    [
        ({"name": "cyclegan", "blocks": 9}, 49.552, 56.799),
        ({"name": "pix2pix"}, 6.048, 18.14),
        ({"name": "pix2pix", "width": 16}, 0.406, 1.219),
    ],
)
def test_macs_as_published_are_those_of_the_literature(shape, executed, published):
    """In G, at 256 pixels: 56.8G is what all papers give for CycleGAN's generator, 1.22G is OMGD's small U-Net."""
    with torch.device("meta"):
        generator = MODELS[shape["name"]](ModelSettings(side=256, **shape)).generator
        built = Built(generator, [torch.empty(1, 3, 256, 256)])
    assert (executed, published) == pytest.approx((macs(built) / 1e9, macs_published(built) / 1e9), rel=1e-3)


def test_sparsity_is_measured_per_layer_over_prunable_weights_and_over_everything():
    generator = _generator()
    generator[0].weight.data[:50] = 0
    found = sparsity(generator)
    assert found.layers == {"0": 0.5, "3": 0.0, "6": 0.0, "9": 0.0}
    assert (found.zeros, found.total) == (204_800, 1_068_032)
    assert found.prunable == 204_800 / 1_068_032
    assert found.all == 204_800 / 1_068_928


def test_biases_and_batch_norm_are_never_prunable():
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Linear(2, 2), nn.ConvTranspose2d(2, 1, 3))
    assert list(prunable(network)) == ["0", "2", "3"]
    network[0].bias.data.zero_()
    assert sparsity(network).zeros == 0


def test_what_a_smaller_network_lacks_of_a_dense_one_is_gone():
    """Zeros and gaps alike, layer by layer; what is left may be zero too."""
    dense, small = _generator((8, 4, 4, 1)), _generator((4, 4, 4, 1))
    small[3].weight.data[:1] = 0
    found = sparsity(small, dense)
    assert (0.5, 1 - 3 * 4 / (8 * 4), 0) == tuple(found.layers.values())[:3]
    left = sum(int(weight.count_nonzero()) for weight in prunable(small).values())
    assert found.total - found.zeros == left
    assert found.prunable == found.zeros / sum(weight.numel() for weight in prunable(dense).values())
    everything = sum(parameter.numel() for parameter in dense.parameters())
    nonzero = sum(int(parameter.count_nonzero()) for parameter in small.parameters())
    assert found.all == pytest.approx(1 - nonzero / everything)


def test_stored_bytes_are_a_safetensors_file_of_the_whole_state():
    generator = _generator((8, 4, 4, 1))
    again = safetensors.torch.load(stored_bytes(generator))
    assert again.keys() == generator.state_dict().keys()
    assert all(torch.equal(again[name], tensor) for name, tensor in generator.state_dict().items())


def test_zeros_shrink_the_compressed_file_only():
    dense, pruned = _generator((8, 4, 4, 1)), _generator((8, 4, 4, 1))
    pruned[0].weight.data[:80] = 0
    before, after = cost(dense, LATENT), cost(pruned, LATENT)
    assert after["bytes"] == before["bytes"]
    assert after["bytes_compressed"] < 0.5 * before["bytes_compressed"]


def test_measuring_changes_nothing_of_the_generator():
    generator = _generator((8, 4, 4, 1)).train()
    before = {name: tensor.clone() for name, tensor in generator.state_dict().items()}
    cost(generator, LATENT)
    assert generator.training
    assert all(torch.equal(before[name], tensor) for name, tensor in generator.state_dict().items())
