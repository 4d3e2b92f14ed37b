"""What a network costs and is called, told by the CPU from a copy of it while the GPU draws on.

Compressing a file takes several times as long as all that a GPU does for a point.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from torch import Tensor, nn

from ganprune.metrics.cost import cost, stored_bytes
from ganprune.waiting import copy_to_cpu

THREADS = 4  # at most; where a CPU draws as well, it draws for longer than one compresses


@dataclass(frozen=True)
class Weighed:
    costs: dict[str, float]  # by the names of METRICS
    weights: str  # their hash
    stored: bytes | None  # its file, where that must be kept


class Scales:
    """Weighs networks that take such inputs, in threads of its own."""

    def __init__(self, inputs: Sequence[Tensor]):
        """`inputs`: of one picture."""
        self._inputs = [tensor.cpu() for tensor in inputs]
        self.threads = ThreadPoolExecutor(THREADS)

    def weigh(self, net: nn.Module, kept: bool = False) -> Future[Weighed]:
        """Of the network as it is now."""
        arriving = copy_to_cpu(net)

        def weigh() -> Weighed:
            copy = arriving()
            return Weighed(cost(copy, self._inputs), weights_hash(copy), stored_bytes(copy) if kept else None)

        return self.threads.submit(weigh)


def weights_hash(net: nn.Module) -> str:
    """16 hex digits that name these very weights.

    Batch-norm statistics don't count: they are made again, and another processor rounds them differently.
    """
    digest = hashlib.sha256()
    for name, weight in net.named_parameters():
        digest.update(name.encode() + weight.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
