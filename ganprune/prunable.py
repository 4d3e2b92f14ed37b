"""Which weights may be pruned: the one place that says so."""

from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

PRUNABLE_LAYERS = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)  # which are never pruned alone


def prunable(network: nn.Module) -> dict[str, Tensor]:
    """Weights by the name of their layer, input first: never a bias, never batch norm."""
    layers = (name for name, layer in network.named_modules() if isinstance(layer, PRUNABLE_LAYERS))
    return {name: network.get_parameter(weight_name(network, name)) for name in layers}


def written_axis(layer: nn.Module) -> int:
    """Of its weight, the one of the channels that it writes: transposed convolutions store (in, out, height, width)."""
    return int(isinstance(layer, nn.ConvTranspose2d))


def weight_name(network: nn.Module, layer: str) -> str:
    """Of the parameter behind a layer's weight: under a spectral norm the weight itself is made anew at every look."""
    normed = is_parametrized(network.get_submodule(layer), "weight")
    return ".".join(filter(None, (layer, "parametrizations.weight.original" if normed else "weight")))
