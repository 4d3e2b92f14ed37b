"""Parameters and multiply-accumulates of a network as PyTorch counts them, without computing anything."""

from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode


def counted(net: nn.Module, *inputs: Tensor) -> tuple[int, int]:
    with FlopCounterMode(display=False) as flops:
        net(*inputs)
    return sum(weight.numel() for weight in net.parameters()), flops.get_total_flops() // 2
