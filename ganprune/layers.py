"""A generator told as the list of its layers, from which a few lines of plain torch build it again."""

from inspect import signature
from typing import Any

from torch import nn


def layers(generator: nn.Module) -> list[dict[str, Any]]:
    """Each layer's name in the weights, its type in `torch.nn` and its arguments, in the order they are applied."""
    leaves = ((name, layer) for name, layer in generator.named_modules() if not any(layer.children()))
    return [{"name": name, "type": type(layer).__name__, "arguments": _arguments(layer)} for name, layer in leaves]


def _arguments(layer: nn.Module) -> dict[str, Any]:
    """What its constructor was given, defaults left out."""
    known = [each for each in signature(type(layer)).parameters.values() if hasattr(layer, each.name)]
    given = {each.name: getattr(layer, each.name) for each in known}
    if "bias" in given:
        given["bias"] = layer.bias is not None
    return {each.name: given[each.name] for each in known if given[each.name] != each.default}
