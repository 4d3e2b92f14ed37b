"""A list thinned to what there is room for."""

from collections.abc import Sequence
from typing import TypeVar

Each = TypeVar("Each")


def evenly(items: Sequence[Each], most: int) -> Sequence[Each]:
    """At most so many, evenly, both ends among them."""
    if len(items) <= most:
        return items
    return [items[round(place * (len(items) - 1) / max(most - 1, 1))] for place in range(most)]
