"""Weights rounded to fewer bits: the other way to a smaller file, which pruning has to beat.

16 bits are half precision. 8 and 4 bits are symmetric and linear: a layer's output channel has one step, and its
weights are whole multiples of it (Krishnamoorthi 2018, "Quantizing deep convolutional networks", section 2.2).
The weights of prunable layers are rounded, the output layer's too; batch norm stays at 32 bits, as do the steps.
"""

import copy

import safetensors.torch
import torch
from torch import Tensor, nn

from ganprune.prunable import prunable, written_axis


def rounded(net: nn.Module, bits: int) -> nn.Module:
    """A copy whose weights are what is left of them after rounding, in 32 bits again; its batch norm is stale."""
    net = copy.deepcopy(net)
    for name, weight in prunable(net).items():
        weight.data.copy_(_round(weight.data, bits, written_axis(net.get_submodule(name))))
    return net


def packed(net: nn.Module, bits: int) -> bytes:
    """A safetensors file of the network with rounded weights as they would be stored: two a byte at 4 bits."""
    state = {name: tensor.cpu().contiguous() for name, tensor in net.state_dict().items()}
    for name in prunable(net):
        stored = _stored(state.pop(f"{name}.weight"), bits, written_axis(net.get_submodule(name)))
        state |= {f"{name}.{part}": tensor for part, tensor in stored.items()}
    return safetensors.torch.save(state)


def whole_steps(weight: Tensor, bits: int, axis: int) -> tuple[Tensor, Tensor]:
    """The weights as whole numbers (int8, at most 7 at 4 bits, 127 at 8) and the steps, one for each place on `axis`.

    A channel's largest weight is the largest number; no zero point, so that zero stays zero.
    """
    most = 2 ** (bits - 1) - 1
    others = [other for other in range(weight.dim()) if other != axis]
    steps = weight.abs().amax(dim=others, keepdim=True) / most
    numbers = (weight / steps.clamp(min=torch.finfo(steps.dtype).tiny)).round()
    return numbers.to(torch.int8), steps


def _round(weight: Tensor, bits: int, axis: int) -> Tensor:
    if bits == 16:
        return weight.half().float()
    numbers, steps = whole_steps(weight, bits, axis)
    return numbers * steps


def _stored(weight: Tensor, bits: int, axis: int) -> dict[str, Tensor]:
    if bits == 16:
        return {"weight": weight.half()}
    numbers, steps = whole_steps(weight, bits, axis)
    return {"weight": _two_a_byte(numbers) if bits == 4 else numbers, "steps": steps.flatten()}


def _two_a_byte(numbers: Tensor) -> Tensor:
    """Numbers from -7 to 7 as nibbles from 1 to 15, the first of two in the lower half; an odd end is padded."""
    nibbles = (numbers.flatten() + 8).to(torch.uint8)
    low, high = torch.cat([nibbles, nibbles.new_zeros(len(nibbles) % 2)]).view(-1, 2).unbind(dim=1)
    return low | (high << 4)
