"""What a study is about, as the header of its records tells it: a model, its data, and what is translated into what."""

from collections.abc import Mapping
from typing import Any

from ganprune.config import ModelSettings
from ganprune.translation import sides, way
from study.settings.arguments import TRANSLATED


def subject(header: Mapping[str, Any]) -> str:
    """In a line."""
    model, data = model_of(header), header["data"]["name"]
    return "; ".join([f"{model} on {data}" if model else data, *translation(header)])


def translation(header: Mapping[str, Any]) -> list[str]:
    """The task with what A and B are, and which of them is drawn; nothing where no pictures are translated."""
    spec = header.get("spec", {})
    if not translates(header):
        return []
    task = spec.get("task")
    return [*([f"TASK={task}: {sides(task)}"] if task else []), way(spec["direction"])]


def facts(header: Mapping[str, Any]) -> dict[str, str]:
    """The same one by one, by the names of the variables in lower case."""
    known = {"model": model_of(header)}
    if translates(header):
        known |= {name: header["spec"].get(name) for name in TRANSLATED}
    return {name: value for name, value in known.items() if value}


def model_of(header: Mapping[str, Any]) -> str:
    """Empty where the records do not tell."""
    searched = header.get("spec", {}).get("searched")
    return ModelSettings(**searched["model"]).name if searched else ""


def translates(header: Mapping[str, Any]) -> bool:
    return bool(header.get("spec", {}).get("task") or header["data"].get("translates"))
