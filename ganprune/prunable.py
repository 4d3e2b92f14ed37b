"""Which weights may be pruned: the one place that says so."""

from torch import Tensor, nn

PRUNABLE_LAYERS = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)


def prunable(network: nn.Module) -> dict[str, Tensor]:
    """Weights by the name of their layer, input first: never a bias, never batch norm."""
    return {name: layer.weight for name, layer in network.named_modules() if isinstance(layer, PRUNABLE_LAYERS)}
