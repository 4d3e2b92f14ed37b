"""Lines of older records, told in today's words.

Schema 1: each method had a threshold and nothing else of its own, and fine-tuning was the only recovery.
Schema 2: whatever quality was asked for, a front was scored again by fcd.
"""

from typing import Any

RENAMED = {"finetune_steps": "recovery_steps", "finetune_rate": "recovery_rate"}
AGAIN = {"fcd": "score", "fcd_lo": "lo", "fcd_hi": "hi", "fcd_referee": "referee"}


def upgraded(line: dict[str, Any], schema: int) -> dict[str, Any]:
    """A line of this schema; most are as they were."""
    if line["kind"] == "confirmed":
        named = {AGAIN.get(name, name): value for name, value in line["confirmed"].items()}
        return line | {"confirmed": {"metric": "fcd"} | named}
    return _of_schema_1(line) if schema == 1 else line


def _of_schema_1(line: dict[str, Any]) -> dict[str, Any]:
    """What has no settings in it is as it was."""
    match line["kind"]:
        case "study" if "searched" in line.get("spec", {}):
            return line | {"spec": line["spec"] | {"searched": _space(line["spec"]["searched"])}}
        case "asked":
            settings = line["settings"] | {"prune": _prune(line["settings"]["prune"])}
            return line | {"settings": settings, "drawn": _renamed(line["drawn"])}
    return line


def _prune(prune: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in prune.items() if name != "threshold"}
    recovery = "finetune" if prune["finetune_steps"] else "none"
    return _renamed(kept) | {"recovery": recovery, "own": {"threshold": prune["threshold"]}}


def _space(searched: dict[str, Any]) -> dict[str, Any]:
    """Which methods there are, and at what thresholds, it says under `methods` alone."""
    prune = {name: value for name, value in searched["prune"].items() if name not in ("method", "threshold")}
    methods = {method: _dimensions(own) for method, own in searched["methods"].items()}
    places = (searched["search"], *searched["methods"].values())
    tunes = prune["finetune_steps"] or any("finetune_steps" in place for place in places)
    return searched | {
        "prune": _renamed(prune) | {"recovery": "finetune" if tunes else "none"},
        "search": _dimensions(searched["search"]),
        "methods": methods,
        "first": [_renamed(first) for first in searched["first"]],
    }


def _dimensions(searched: dict[str, Any]) -> dict[str, Any]:
    renamed = _renamed(searched)
    return {name: part | {"when": RENAMED.get(part["when"], part["when"])} for name, part in renamed.items()}


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    """Names of this space, a method's own among them, in their order."""
    return {_new_name(name): value for name, value in values.items()}


def _new_name(name: str) -> str:
    method, dot, last = name.rpartition(".")
    return f"{method}{dot}{RENAMED.get(last, last)}"
