"""Limits that a point has to keep, as a user spells them: MAX_LOSS=10% MAX_BYTES=500k MAX_LATENCY=2ms MIN_SPARSITY=0.8.

A unit is a power of ten, so that here and on the report's page the very number is read that stands there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

SPELLED = re.compile(r"(\d+(?:\.\d+)?|\.\d+) ?([a-z%]*)")


@dataclass(frozen=True)
class Kind:
    """What may be limited."""

    name: str  # on the report's page
    about: str
    units: dict[str, int]  # power of ten that each stands for
    unit: str  # of these, that of the page
    give: str  # what is asked of who misspelt it
    least: bool = False  # whether the limit is the least that is wanted, not the most
    of: int = 0  # what a value is measured from, so that the quantity to be kept small is never below nothing

    def amount(self, value: float) -> float:
        """What is to be kept small: of loss the score over dense's, of sparsity the weights that are left."""
        return self.of + (-value if self.least else value)


SHARE = {"%": -2, "": 0}
KINDS = {
    "MAX_LOSS": Kind(
        "loss", "quality lost against the best dense generator", SHARE, "%", "a share such as 10% or 0.1", of=1
    ),
    "MAX_FCD": Kind("fcd", "distance to real pictures", {"": 0}, "", "a number such as 5.5"),
    "MAX_BYTES": Kind(
        "size",
        "the compressed file as it is exported",
        {"": 0, "b": 0, "k": 3, "kb": 3, "m": 6, "mb": 6},
        "k",
        "a size such as 500k or 2M",
    ),
    "MAX_LATENCY": Kind(
        "latency",
        "what a picture takes on one thread of the CPU",
        {"us": -3, "ms": 0, "s": 3},
        "ms",
        "a time such as 2ms or 800us",
    ),
    "MIN_SPARSITY": Kind(
        "sparsity",
        "share of the weights that is zero or gone",
        SHARE,
        "%",
        "a share below 1 such as 80% or 0.8",
        least=True,
        of=1,
    ),
}


@dataclass(frozen=True)
class Limit:
    """One that was given."""

    variable: str
    text: str
    value: float

    def __str__(self) -> str:
        return f"{self.variable}={self.text}"

    @property
    def kind(self) -> Kind:
        return KINDS[self.variable]

    def keeps(self, value: float | None) -> bool:
        """What is not known does not keep it."""
        if value is None:
            return False
        return value >= self.value if self.kind.least else value <= self.value

    def excess(self, value: float) -> float:
        """How many times too much, whatever the unit: 1 at the border."""
        return self.kind.amount(value) / self.kind.amount(self.value)


def limit(variable: str, text: str) -> Limit:
    """ValueError where it is none: a share is not 10 but 10% or 0.1."""
    text, kind = str(text).strip(), KINDS[variable]
    found = SPELLED.fullmatch(text.lower())
    if not found or found[2] not in kind.units:
        raise ValueError(f"give {kind.give}")
    value = float(f"{found[1]}e{kind.units[found[2]]}")
    if kind.amount(value) <= 0 or (kind.units is SHARE and not found[2] and value > 1):
        raise ValueError(f"give {kind.give}")
    return Limit(variable, text, value)


def all_of(limits: Iterable[Limit]) -> str:
    return " and ".join(map(str, limits))
