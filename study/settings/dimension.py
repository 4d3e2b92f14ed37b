"""What one setting may be: a range or choices, drawn by Optuna or written down by somebody."""

import math
from typing import Annotated, Any, Literal, Protocol

from pydantic import Discriminator, Field, FiniteFloat, Tag, model_validator

from ganprune.settings import Settings


class Draws(Protocol):
    """What a space needs of an Optuna trial."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float: ...

    def suggest_categorical(self, name: str, choices: list) -> Any: ...


class Given:
    """A draw that somebody wrote down: ValueError for what the space could not draw."""

    def __init__(self, values: dict[str, Any]):
        self._values, self.taken = values, set()

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        value = self._take(name)
        if not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"{name} is {value}, not from {low:g} to {high:g}")
        return value

    def suggest_categorical(self, name: str, choices: list) -> Any:
        value = self._take(name)
        if value not in choices:
            raise ValueError(f"{name} is {value}, not one of {choices}")
        return value

    def _take(self, name: str) -> Any:
        if name not in self._values:
            raise ValueError(f"{name} is missing")
        self.taken.add(name)
        return self._values[name]


class Range(Settings):
    low: FiniteFloat
    high: FiniteFloat
    log: bool = False
    per_decade: int | None = Field(None, ge=1)  # round to so many values a decade, so that trainings are shared
    when: str | None = None  # drawn only where this other setting is on: not zero, and not none

    @model_validator(mode="after")
    def not_empty(self) -> "Range":
        if not self.low < self.high:
            raise ValueError(f"the range from {self.low:g} to {self.high:g} is empty")
        if (self.log or self.per_decade) and self.low <= 0:
            raise ValueError(f"a logarithmic range must stay above 0, this one starts at {self.low:g}")
        return self

    @property
    def values(self) -> list[float]:
        """Those that must be valid for all to be: the ends, and one between that is no whole number."""
        return [self.low, self.high, self.low + (self.high - self.low) / math.pi]

    @property
    def middle(self) -> float:
        return math.sqrt(self.low * self.high) if self.log else (self.low + self.high) / 2

    def draw(self, trial: Draws, name: str) -> float:
        return trial.suggest_float(name, self.low, self.high, log=self.log)

    def quantise(self, value: float) -> float:
        if not self.per_decade:
            return value
        rounded = float(f"{10 ** (round(self.per_decade * math.log10(value)) / self.per_decade):.3g}")
        return min(max(rounded, self.low), self.high)


class Choice(Settings):
    choices: list[bool | int | float | str] = Field(min_length=1)
    when: str | None = None

    @property
    def values(self) -> list:
        return self.choices

    def draw(self, trial: Draws, name: str) -> Any:
        return trial.suggest_categorical(name, self.choices)

    def quantise(self, value: Any) -> Any:
        return value


def _kind(value: Any) -> Literal["range", "choice"]:
    return "choice" if isinstance(value, Choice) or (isinstance(value, dict) and "choices" in value) else "range"


Dimension = Annotated[Annotated[Range, Tag("range")] | Annotated[Choice, Tag("choice")], Discriminator(_kind)]
