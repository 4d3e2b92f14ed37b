"""What pruning buys: how many weights are zero, and what the generator costs to store and to run."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

import safetensors.torch
import torch
from torch import Tensor, nn

from ganprune.metrics import measured
from ganprune.prunable import prunable

COMPRESSION_LEVEL = 6  # of deflate


@dataclass(frozen=True)
class Sparsity:
    layers: dict[str, float]  # of each prunable layer, by its name in the network
    prunable: float  # zeros / total: the sparsity of this project
    all: float  # zeros among all parameters / all parameters
    zeros: int  # among the prunable weights
    total: int  # prunable weights


def sparsity(network: nn.Module, dense: nn.Module | None = None) -> Sparsity:
    """Of what a dense network has, the share that is zero or gone; without one, the share of zeros."""
    weights, whole = prunable(network), prunable(dense or network)
    left = _nonzeros([*weights.values(), *network.parameters()])
    kept = dict(zip(weights, left, strict=False))
    gone = {name: weight.numel() - kept[name] for name, weight in whole.items()}
    zeros, total = sum(gone.values()), sum(weight.numel() for weight in whole.values())
    layers = {name: gone[name] / weight.numel() for name, weight in whole.items()}
    everything = sum(parameter.numel() for parameter in (dense or network).parameters())
    return Sparsity(layers, zeros / total, (everything - sum(left[len(weights) :])) / everything, zeros, total)


@dataclass(frozen=True, eq=False)
class Built:
    """A generator as costs are measured from it."""

    generator: nn.Module
    inputs: Sequence[Tensor]  # of one picture, on the generator's device

    @cached_property
    def stored(self) -> bytes:
        return stored_bytes(self.generator)

    @cached_property
    def uses(self) -> dict[str, "Uses"]:
        return uses(self.generator, self.inputs)


def cost(generator: nn.Module, inputs: Sequence[Tensor]) -> dict[str, float]:
    """Every cost of METRICS that a generator alone tells, for one picture of these inputs."""
    return measured("cost", Built(generator, inputs))


def params(built: Built) -> int:
    return sum(parameter.numel() for parameter in built.generator.parameters())


def nonzero_params(built: Built) -> int:
    return sum(_nonzeros(built.generator.parameters()))


def macs(built: Built) -> int:
    """Batch norm is not counted: it folds into the convolution before it."""
    return sum(built.uses[name].executed * weight.numel() for name, weight in prunable(built.generator).items())


def macs_nonzero(built: Built) -> int:
    weights = prunable(built.generator)
    left = zip(weights, _nonzeros(weights.values()), strict=True)
    return sum(built.uses[name].executed * count for name, count in left)


def macs_published(built: Built) -> int:
    """As the literature on image translation has them (GAN Compression, DMAD, CAT, OMGD): from a counter that takes a
    transposed convolution for one that computes every place it writes from a whole kernel."""
    return sum(built.uses[name].written * weight.numel() for name, weight in prunable(built.generator).items())


def size(built: Built) -> int:
    return len(built.stored)


def size_compressed(built: Built) -> int:
    return len(compressed(built.stored))


class Uses(NamedTuple):
    """At how many places of one picture a layer's whole weight is used."""

    executed: int
    written: int  # would it be used for each place that the layer writes


def uses(network: nn.Module, inputs: Sequence[Tensor]) -> dict[str, Uses]:
    """Of each prunable layer, for these inputs of one picture."""
    found: dict[str, Uses] = {}
    with _ready_to_draw(network, inputs) as draw, ExitStack() as hooks:
        for name in prunable(network):
            hook = partial(_note_uses, found, name)
            hooks.enter_context(network.get_submodule(name).register_forward_hook(hook))
        draw()
    return found


def _note_uses(found: dict[str, Uses], name: str, layer: nn.Module, taken: tuple[Tensor], given: Tensor) -> None:
    used = taken[0] if isinstance(layer, nn.ConvTranspose2d) else given
    found[name] = Uses(_places(used, layer), _places(given, layer))


def _places(x: Tensor, layer: nn.Module) -> int:
    return x[..., 0].numel() if isinstance(layer, nn.Linear) else x[0, 0].numel()


def stored_bytes(network: nn.Module) -> bytes:
    """The network as a safetensors file in float32, batch-norm statistics included."""
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    return safetensors.torch.save(state)


def compressed(stored: bytes) -> bytes:
    """As it is shipped: what the record counts is the file that is exported."""
    return zlib.compress(stored, COMPRESSION_LEVEL)


@contextmanager
def _ready_to_draw(generator: nn.Module, inputs: Sequence[Tensor]) -> Iterator[Callable[[], Tensor]]:
    """A function that draws one picture, in evaluation mode: a batch of one would spoil batch norm's statistics."""
    training = generator.training
    generator.eval()
    try:
        with torch.no_grad():
            yield lambda: generator(*inputs)
    finally:
        generator.train(training)


def _nonzeros(weights: Iterable[Tensor]) -> list[int]:
    """Of each; a GPU is waited for once."""
    return torch.stack([weight.count_nonzero() for weight in weights]).tolist()
