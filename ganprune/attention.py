"""Where a network's layers are active: what a student may learn from a teacher that is wider than it."""

from functools import cache

from torch import Tensor, nn
from torch.nn.functional import normalize, relu

from ganprune.config import ModelSettings
from ganprune.models import build
from ganprune.prunable import PRUNABLE_LAYERS


def attention(activations: Tensor) -> Tensor:
    """Where (n, channels, height, width) activations are strong: (n, height · width), each of length 1.

    The squares averaged over channels (Zagoruyko and Komodakis 2017, eq. 2), which needs no equal widths.
    """
    return normalize(relu(activations).square().mean(dim=1).flatten(1), dim=1)


def apart(shown: Tensor, wanted: Tensor) -> Tensor:
    """Squared distance of (n, places) maps (ibid.), in the mean over n."""
    return (shown - wanted).square().sum(dim=1).mean()


def reads(net: nn.Module) -> dict[str, Tensor]:
    """What each of its layers reads, as last seen, where that has more than one place."""
    seen: dict[str, Tensor] = {}

    def note(name: str, layer: nn.Module, taken: tuple[Tensor]) -> None:
        if taken[0][0, 0].numel() > 1:
            seen[name] = taken[0]

    for name, layer in net.named_modules():
        if isinstance(layer, PRUNABLE_LAYERS):
            layer.register_forward_pre_hook(lambda layer, taken, name=name: note(name, layer, taken))
    return seen


@cache  # a space asks it of every combination of its settings
def draws_once(model: ModelSettings) -> bool:
    """Whether a step of the generator is one draw, so that what was seen last belongs to its inputs."""
    return len(build(model).sides["g"]) == 1
