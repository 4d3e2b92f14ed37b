"""A search space: what Optuna may draw, what stays fixed, and the settings that a draw stands for."""

import math
from typing import Annotated, Any, Literal, Protocol

from pydantic import AfterValidator, Discriminator, Field, FiniteFloat, Tag, ValidationError, model_validator

from ganprune.config import ModelSettings, PruneSettings, Settings, TrainSettings, TrialSettings
from ganprune.errors import UserError, instead
from ganprune.models import MODELS, build
from ganprune.pruning import METHODS
from study.settings.arguments import seconds

LR_RATIO = "lr_ratio"  # lr_g / lr_d: searched instead of lr_d, which depends on it
SHARED = {"name", "channels", "side", "latent", "seed", "targets", "method", "threshold"}  # by all trials of a study
SEARCHABLE = {LR_RATIO, *ModelSettings.model_fields, *TrainSettings.model_fields, *PruneSettings.model_fields} - SHARED


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
    when: str | None = None  # drawn only where this other setting is not zero

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

    def settle(self, value: float) -> float:
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

    def settle(self, value: Any) -> Any:
        return value


def _kind(value: Any) -> Literal["range", "choice"]:
    return "choice" if isinstance(value, Choice) or (isinstance(value, dict) and "choices" in value) else "range"


def _duration(text: str) -> str:
    seconds(text)
    return text


Dimension = Annotated[Annotated[Range, Tag("range")] | Annotated[Choice, Tag("choice")], Discriminator(_kind)]


class Space(Settings):
    """What a file in `search_spaces/` says."""

    about: str = ""
    budget: Annotated[str, AfterValidator(_duration)] = "1h"  # TIME where the user gives neither TIME nor TRIALS
    samples: int = Field(1000, ge=50)  # generated pictures every eligible point is scored with
    model: ModelSettings = ModelSettings()
    train: TrainSettings = TrainSettings()
    prune: PruneSettings = PruneSettings()
    search: dict[str, Dimension]
    methods: dict[str, dict[str, Dimension]] = Field(min_length=1)  # each with what only it has, its threshold first
    first: tuple[dict[str, float | int | str], ...] = ()  # tried before Optuna is asked, to the digit

    @model_validator(mode="after")
    def can_be_run(self) -> "Space":
        """Errors begin with their place, as `search.lr_g: …`."""
        self._check_model()
        _only(self.search, SEARCHABLE, "search")
        _only(self.methods, METHODS, "methods")
        for method, own in self.methods.items():
            _only(own, SEARCHABLE | {"threshold"}, f"methods.{method}")
            _check_threshold(method, own)
        for place, dimensions in self._places():
            for name, dimension in dimensions.items():
                self._check_dimension(f"{place}.{name}", name, dimension)
        for number, first in enumerate(self.first):
            self._check_first(f"first.{number}", first)
        return self

    @property
    def epochs(self) -> list[int]:
        """The grid of epochs: trained states are kept there."""
        dimension = self.search.get("epochs")
        return sorted(dimension.choices) if isinstance(dimension, Choice) else [self.train.epochs]

    @property
    def centre(self) -> dict[str, Any]:
        """What is fixed of a trial in the middle: of every range; the most epochs, and no fine-tuning."""
        shared = {name: part for name, part in self.search.items() if isinstance(part, Range) and not part.when}
        longest = {"epochs": self.epochs[-1]} if "epochs" in self.search else {}
        return {name: part.middle for name, part in shared.items()} | longest | self.untuned

    @property
    def untuned(self) -> dict[str, Any]:
        """What is fixed of a trial that fine-tunes as little as the space allows."""
        steps = self.search.get("finetune_steps")
        return {"finetune_steps": min(steps.choices)} if isinstance(steps, Choice) else {}

    def draw(self, trial: Draws) -> dict[str, Any]:
        """A setting as Optuna draws it, by the names of this space; a method's own as `method.name`."""
        drawn = {"method": trial.suggest_categorical("method", list(self.methods))}
        own = {f"{drawn['method']}.{name}": part for name, part in self.methods[drawn["method"]].items()}
        for name, dimension in (self.search | own).items():
            if dimension.when is None or drawn[dimension.when]:
                drawn[name] = dimension.draw(trial, name)
        return drawn

    def settings(self, drawn: dict[str, Any], channels: int, seed: int) -> TrialSettings:
        """The trial that a draw stands for, rounded so that trainings are shared; `first` ones to the digit."""
        exact = drawn in self.first
        plain = {
            name.split(".")[-1]: value if exact else self._dimension(name).settle(value)
            for name, value in drawn.items()
        }
        return self._updated(plain | {"channels": channels, "seed": seed})

    def _updated(self, plain: dict[str, Any]) -> TrialSettings:
        if LR_RATIO in plain:
            lr_d = plain.get("lr_g", self.train.lr_g) / plain[LR_RATIO]
            plain = plain | {"lr_d": float(f"{lr_d:.3g}")}
        parts = {"model": self.model, "train": self.train, "prune": self.prune}
        return TrialSettings(**{name: part.model_dump() | _known(part, plain) for name, part in parts.items()})

    def _dimension(self, name: str) -> Range | Choice:
        if name == "method":
            return Choice(choices=list(self.methods))
        method, _, own = name.rpartition(".")
        return self.methods[method][own] if method else self.search[name]

    def _places(self) -> list[tuple[str, dict[str, Dimension]]]:
        return [("search", self.search), *((f"methods.{method}", own) for method, own in self.methods.items())]

    def _check_model(self) -> None:
        if self.model.name not in MODELS:
            raise ValueError(f"model.name: {self.model.name} is unknown; {instead(self.model.name, MODELS)}")
        try:
            build(self.model)
        except UserError as error:
            raise ValueError(str(error)) from None

    def _check_dimension(self, place: str, name: str, dimension: Dimension) -> None:
        if dimension.when is not None and dimension.when not in self.search:
            raise ValueError(f"{place}: when: {dimension.when} is not searched; {instead(dimension.when, self.search)}")
        for value in dimension.values:
            try:
                self._updated({name: value})
            except ValidationError as error:
                hint = "; whole numbers need choices: […]" if isinstance(dimension, Range) else ""
                raise ValueError(f"{place}: {value}: {error.errors()[0]['msg']}{hint}") from None

    def _check_first(self, place: str, first: dict[str, Any]) -> None:
        given = Given(first)
        try:
            self.draw(given)
        except ValueError as error:
            raise ValueError(f"{place}: {error}") from None
        if unknown := first.keys() - given.taken:
            raise ValueError(f"{place}: {', '.join(sorted(unknown))}: this space draws no such setting there")


def _known(part: Settings, plain: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plain.items() if name in type(part).model_fields}


def _only(given: dict, known: Any, where: str) -> None:
    for key in given:
        if key not in known:
            raise ValueError(f"{where}.{key}: unknown key; {instead(key, sorted(known))}")


def _check_threshold(method: str, own: dict[str, Dimension]) -> None:
    threshold = own.get("threshold")
    if not isinstance(threshold, Range):
        raise ValueError(f"methods.{method}: needs a range for threshold")
    if threshold.low < 0 or threshold.high >= METHODS[method].below:
        raise ValueError(f"methods.{method}.threshold: must lie from 0 to below {METHODS[method].below:g}")
