"""Fewer bits: rounded as little as the bits allow, stored as small as is claimed."""

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from ganprune.metrics.cost import stored_bytes
from ganprune.models.gan import pictures
from ganprune.null_names import BITS
from ganprune.prunable import prunable
from ganprune.quantise import packed, rounded, whole_steps
from ganprune.train import Training
from ganprune.weighing import weights_hash

LINEAR = [bits for bits in BITS if bits < 16]


@pytest.fixture(scope="module")
def net() -> nn.Module:
    """Every kind of prunable layer, all with an odd number of weights: nibbles do not fill the last byte."""
    random = torch.Generator().manual_seed(0)
    net = nn.Sequential(nn.ConvTranspose2d(5, 3, 3), nn.BatchNorm2d(3), nn.Conv2d(3, 5, 3), nn.Linear(5, 3))
    for parameter in net.parameters():
        parameter.data.normal_(generator=random)
    return net


@pytest.fixture
def generator(evaluator, settings) -> nn.Module:
    training = Training(settings.model, settings.train)
    training.train_epoch(evaluator.pixels)
    return training.dense_generator()


@given(
    seed=st.integers(0, 10**6),
    shape=st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 4)),
    scale=st.floats(1e-6, 1e6),
    axis=st.integers(0, 1),
    bits=st.sampled_from(LINEAR),
)
def test_no_weight_moves_by_more_than_half_a_step_of_its_channel(seed, shape, scale, axis, bits):
    weight = scale * torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    numbers, steps = whole_steps(weight, bits, axis)
    assert numbers.abs().max() == 2 ** (bits - 1) - 1
    assert steps.numel() == shape[axis]
    assert ((numbers * steps - weight).abs() <= steps / 2 * (1 + 1e-4)).all()


@pytest.mark.parametrize("bits", LINEAR)
@pytest.mark.parametrize(
    ("layer", "axis"),
    [(nn.ConvTranspose2d(3, 4, 2), 1), (nn.Conv2d(3, 4, 2), 0), (nn.Linear(3, 4), 0)],
)
def test_an_output_channel_of_large_weights_costs_the_others_no_precision(layer: nn.Module, axis: int, bits: int):
    before = rounded(layer, bits).weight
    with torch.no_grad():
        layer.weight.select(axis, 0).mul_(1000)
    after = rounded(layer, bits).weight
    assert torch.equal(before.narrow(axis, 1, 3), after.narrow(axis, 1, 3))
    assert after.select(axis, 0).abs().max() > 10 * before.abs().max()


@pytest.mark.parametrize("bits", BITS)
def test_zeros_stay_zeros_even_where_a_channel_has_nothing_else(net, bits):
    pruned = rounded(net, 16)
    with torch.no_grad():
        pruned[3].weight[1] = 0
        pruned[2].weight[:, 0] = 0
    after = rounded(pruned, bits)
    assert not after[3].weight[1].any()
    assert not after[2].weight[:, 0].any()
    assert after[2].weight[:, 1:].any()


@pytest.mark.parametrize("bits", BITS)
def test_rounding_twice_is_rounding_once_and_leaves_the_original_alone(net, bits):
    before = weights_hash(net)
    once = rounded(net, bits)
    assert weights_hash(rounded(once, bits)) == weights_hash(once) != before
    assert weights_hash(net) == before


@pytest.mark.parametrize("bits", BITS)
def test_what_the_packed_file_holds_is_the_rounded_network(net, bits):
    stored, after = safetensors.torch.load(packed(net, bits)), rounded(net, bits).state_dict()
    for name, layer in net.named_children():
        weight = stored.pop(f"{name}.weight")
        if name in prunable(net) and bits < 16:
            axis = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
            weight = _unpacked(weight, stored.pop(f"{name}.steps"), layer.weight.shape, axis)
        assert torch.equal(weight.float(), after.pop(f"{name}.weight"))
    assert all(torch.equal(stored.pop(name), left) for name, left in after.items())
    assert not stored


def _unpacked(weight: Tensor, steps: Tensor, shape: torch.Size, axis: int) -> Tensor:
    if weight.dtype == torch.uint8:
        both = torch.stack([weight & 15, weight >> 4], dim=1).flatten().int() - 8
        weight = both[: shape.numel()].view(shape)
    along = [1] * len(shape)
    along[axis] = -1
    return weight * steps.view(along)


def test_fewer_bits_fewer_bytes_and_nearly_as_few_as_the_bits_promise(generator):
    sizes = [len(stored_bytes(generator)), *(len(packed(generator, bits)) for bits in BITS)]
    assert sizes == sorted(sizes, reverse=True)
    weights = sum(weight.numel() for weight in prunable(generator).values())
    for bits, size in zip(BITS, sizes[1:], strict=True):
        assert 0 < size - weights * bits / 8 < 4000  # header, steps, batch norm


def test_the_fewer_bits_the_further_the_pictures(generator, evaluator):
    drawn = pictures(generator, evaluator.inputs)
    moved = [(pictures(rounded(generator, bits), evaluator.inputs) - drawn).abs().max().item() for bits in BITS]
    assert moved == sorted(moved)
    assert moved[0] < 0.5 / 127.5  # half a byte
    assert moved[-1] > 1 / 127.5


def test_batch_norm_is_left_whole(generator):
    for name, value in rounded(generator, 4).state_dict().items():
        if name.removesuffix(".weight") not in prunable(generator):
            assert torch.equal(value, generator.state_dict()[name])
