"""A generator told as a list, from which a few lines of plain torch draw with it.

A chain is the list of its layers. Any other network (skips, labels, functions between layers) is told step by step: a
layer or a function, what it takes and under which name others find what it gives, as torch.fx traces them.
"""

from collections.abc import Sequence
from inspect import signature
from itertools import pairwise
from typing import Any

from torch import fx, nn, overrides


def layers(generator: nn.Module) -> list[dict[str, Any]] | None:
    """In the order they are applied, in evaluation mode; None where the path depends on what is given, or a layer is of
    a kind that `torch.nn` has not, which no list can tell."""
    try:
        *nodes, output = fx.symbolic_trace(generator.eval()).graph.nodes
        if output.args != (nodes[-1],):
            return None
        tell = _layer if _is_chain(nodes) else _step
        return [tell(node, generator) for node in nodes if node.op not in ("placeholder", "get_attr")]
    except (fx.proxy.TraceError, TypeError):
        return None


def _is_chain(nodes: Sequence[fx.Node]) -> bool:
    follow = all(after.args == (before,) and not after.kwargs for before, after in pairwise(nodes))
    return follow and all(node.op == "call_module" for node in nodes[1:])


def _layer(node: fx.Node, generator: nn.Module) -> dict[str, Any]:
    """Its name in the weights, its type and what that is given to build it."""
    layer = generator.get_submodule(node.target)
    if getattr(nn, type(layer).__name__, None) is not type(layer):
        raise TypeError(f"{type(layer)} is none of torch.nn's")
    return {"name": node.target, "type": type(layer).__name__, "arguments": _arguments(layer)}


def _step(node: fx.Node, generator: nn.Module) -> dict[str, Any]:
    does = _layer(node, generator) if node.op == "call_module" else {"function": _function(node)}
    return does | {"takes": _told(node.args), "options": _told(node.kwargs), "gives": node.name}


def _function(node: fx.Node) -> str:
    """Where Python finds it."""
    if node.op == "call_method":
        return f"torch.Tensor.{node.target}"
    return overrides.resolve_name(node.target) or f"{node.target.__module__.strip('_')}.{node.target.__name__}"


def _told(value: Any) -> Any:
    """As JSON: what was given or stored under a name is {"of": name}, a slice {"slice": [start, stop, step]}."""
    match value:
        case fx.Node(op="get_attr"):
            return {"of": value.target}
        case fx.Node():
            return {"of": value.name}
        case slice():
            return {"slice": _told([value.start, value.stop, value.step])}
        case tuple() | list():
            return [_told(each) for each in value]
        case dict():
            return {name: _told(each) for name, each in value.items()}
        case bool() | int() | float() | str() | None:
            return value
    raise TypeError(f"{value} has no words in JSON")


def _arguments(layer: nn.Module) -> dict[str, Any]:
    """What its constructor was given, defaults left out."""
    known = [each for each in signature(type(layer)).parameters.values() if hasattr(layer, each.name)]
    given = {each.name: getattr(layer, each.name) for each in known}
    if "bias" in given:
        given["bias"] = layer.bias is not None
    return {each.name: given[each.name] for each in known if given[each.name] != each.default}
