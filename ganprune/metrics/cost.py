"""What pruning buys: how many weights are zero, and what the generator costs to store and to run."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial

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
    def macs(self) -> tuple[int, int]:
        return count_macs(self.generator, self.inputs)


def cost(generator: nn.Module, inputs: Sequence[Tensor]) -> dict[str, float]:
    """Every cost of METRICS that a generator alone tells, for one picture of these inputs."""
    return measured("cost", Built(generator, inputs))


def params(built: Built) -> int:
    return sum(parameter.numel() for parameter in built.generator.parameters())


def nonzero_params(built: Built) -> int:
    return sum(_nonzeros(built.generator.parameters()))


def macs(built: Built) -> int:
    return built.macs[0]


def macs_nonzero(built: Built) -> int:
    return built.macs[1]


def size(built: Built) -> int:
    return len(built.stored)


def size_compressed(built: Built) -> int:
    return len(compressed(built.stored))


def count_macs(generator: nn.Module, inputs: Sequence[Tensor]) -> tuple[int, int]:
    """Multiply-accumulates executed for one picture, and those by weights that are not zero (theoretical).

    Batch norm is not counted: it folds into the convolution before it.
    """
    uses, weights = places(generator, inputs), prunable(generator)
    executed = sum(uses[name] * weight.numel() for name, weight in weights.items())
    left = zip(weights, _nonzeros(weights.values()), strict=True)
    return executed, sum(uses[name] * count for name, count in left)


def places(network: nn.Module, inputs: Sequence[Tensor]) -> dict[str, int]:
    """At how many places of one picture each prunable layer's whole weight is used."""
    uses: dict[str, int] = {}
    with _ready_to_draw(network, inputs) as draw, ExitStack() as hooks:
        for name in prunable(network):
            hook = partial(_note_places, uses, name)
            hooks.enter_context(network.get_submodule(name).register_forward_hook(hook))
        draw()
    return uses


def _note_places(places: dict[str, int], name: str, layer: nn.Module, taken: tuple[Tensor], given: Tensor) -> None:
    match layer:
        case nn.Linear():
            places[name] = given.numel() // layer.out_features
        case nn.ConvTranspose2d():
            places[name] = taken[0][0, 0].numel()
        case nn.Conv2d():
            places[name] = given[0, 0].numel()


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
    with torch.no_grad():
        yield lambda: generator(*inputs)
    generator.train(training)


def _nonzeros(weights: Iterable[Tensor]) -> list[int]:
    """Of each; a GPU is waited for once."""
    return torch.stack([weight.count_nonzero() for weight in weights]).tolist()
