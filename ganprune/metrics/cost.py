"""What pruning buys: how many weights are zero, and what the generator costs to store and to run."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

import safetensors.torch
import torch
from torch import Tensor, nn

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
    gone = {name: weight.numel() - _nonzero(weights[name]) for name, weight in whole.items()}
    zeros, total = sum(gone.values()), sum(weight.numel() for weight in whole.values())
    layers = {name: gone[name] / weight.numel() for name, weight in whole.items()}
    everything = sum(parameter.numel() for parameter in (dense or network).parameters())
    left = sum(map(_nonzero, network.parameters()))
    return Sparsity(layers, zeros / total, (everything - left) / everything, zeros, total)


def cost(generator: nn.Module, inputs: Sequence[Tensor]) -> dict[str, float]:
    """Every cost of METRICS but latency, for one picture of these inputs, which are on the generator's device."""
    parameters = list(generator.parameters())
    stored = stored_bytes(generator)
    macs, macs_nonzero = count_macs(generator, inputs)
    return {
        "params": sum(parameter.numel() for parameter in parameters),
        "nonzero_params": sum(parameter.count_nonzero().item() for parameter in parameters),
        "macs": macs,
        "macs_nonzero": macs_nonzero,
        "bytes": len(stored),
        "bytes_compressed": len(compressed(stored)),
    }


def count_macs(generator: nn.Module, inputs: Sequence[Tensor]) -> tuple[int, int]:
    """Multiply-accumulates executed for one picture, and those by weights that are not zero (theoretical).

    Batch norm is not counted: it folds into the convolution before it.
    """
    places: dict[str, int] = {}  # at which a layer's whole weight is used, for one picture
    weights = prunable(generator)
    with _ready_to_draw(generator, inputs) as draw, ExitStack() as hooks:
        for name in weights:
            hook = partial(_note_places, places, name)
            hooks.enter_context(generator.get_submodule(name).register_forward_hook(hook))
        draw()
    executed = sum(places[name] * weight.numel() for name, weight in weights.items())
    return executed, sum(places[name] * _nonzero(weight) for name, weight in weights.items())


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


def _nonzero(weight: Tensor) -> int:
    return weight.count_nonzero().item()
