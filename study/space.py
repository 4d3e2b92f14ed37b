"""A search space: YAML in, checked; settings out. What Optuna may draw, and what stays fixed."""

import math
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import yaml
from pydantic import Discriminator, Field, Tag, ValidationError, model_validator

from ganprune.config import ModelSettings, PruneSettings, Settings, TrainSettings, TrialSettings
from ganprune.errors import UserError
from ganprune.pruning import METHODS

FOLDER = Path(__file__).parent.parent / "search_spaces"
LR_RATIO = "lr_ratio"  # lr_g / lr_d: searched instead of lr_d, which depends on it


class Draws(Protocol):
    """What a space needs of an Optuna trial."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float: ...

    def suggest_categorical(self, name: str, choices: list) -> Any: ...


class Range(Settings):
    low: float
    high: float
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

    def draw(self, trial: Draws, name: str) -> float:
        return trial.suggest_float(name, self.low, self.high, log=self.log)

    def settle(self, value: float) -> float:
        if not self.per_decade:
            return value
        return float(f"{10 ** (round(self.per_decade * math.log10(value)) / self.per_decade):.3g}")


class Choice(Settings):
    choices: list[bool | int | float | str] = Field(min_length=1)
    when: str | None = None

    def draw(self, trial: Draws, name: str) -> Any:
        return trial.suggest_categorical(name, self.choices)

    def settle(self, value: Any) -> Any:
        return value


def _kind(value: Any) -> Literal["range", "choice"]:
    return "choice" if isinstance(value, Choice) or (isinstance(value, dict) and "choices" in value) else "range"


Dimension = Annotated[Annotated[Range, Tag("range")] | Annotated[Choice, Tag("choice")], Discriminator(_kind)]
SEARCHABLE = {LR_RATIO, *ModelSettings.model_fields, *TrainSettings.model_fields, *PruneSettings.model_fields} - {
    *("name", "channels", "side", "seed", "targets", "method", "threshold")
}


class Space(Settings):
    """What a file in `search_spaces/` says."""

    about: str = ""
    budget: str = "1h"  # TIME where the user gives neither TIME nor TRIALS
    samples: int = Field(1000, ge=50)  # generated pictures every eligible point is scored with
    model: ModelSettings = ModelSettings()
    train: TrainSettings = TrainSettings()
    prune: PruneSettings = PruneSettings()
    search: dict[str, Dimension]
    methods: dict[str, dict[str, Dimension]] = Field(min_length=1)  # each with what only it has, its threshold first
    first: tuple[dict[str, float | int | str], ...] = ()  # tried before Optuna is asked, to the digit

    @model_validator(mode="after")
    def known(self) -> "Space":
        _only(self.search, SEARCHABLE, "search")
        _only(self.methods, METHODS, "methods")
        for method, own in self.methods.items():
            _only(own, SEARCHABLE | {"threshold"}, f"methods.{method}")
            _threshold_allowed(method, own)
        return self

    @property
    def epochs(self) -> list[int]:
        """The grid of epochs: trained states are kept there."""
        dimension = self.search.get("epochs")
        return sorted(dimension.choices) if isinstance(dimension, Choice) else [self.train.epochs]

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
        if LR_RATIO in plain:
            plain["lr_d"] = float(f"{plain.get('lr_g', self.train.lr_g) / plain.pop(LR_RATIO):.3g}")
        plain |= {"channels": channels, "seed": seed}
        return TrialSettings(
            model=_updated(self.model, plain), train=_updated(self.train, plain), prune=_updated(self.prune, plain)
        )

    def _dimension(self, name: str) -> Range | Choice:
        if name == "method":
            return Choice(choices=list(self.methods))
        method, _, own = name.rpartition(".")
        return self.methods[method][own] if method else self.search[name]


def load_space(given: str) -> Space:
    """The space of this name in `search_spaces/`, or of this file; every mistake is one line with its place."""
    file = Path(given) if given.endswith((".yaml", ".yml")) else FOLDER / f"{given}.yaml"
    try:
        text = file.read_text()
    except OSError:
        known = ", ".join(sorted(path.stem for path in FOLDER.glob("*.yaml")))
        raise UserError(f"SPACE={given}: there is no such file; give a path or one of: {known}") from None
    return parse_space(text, file)


def parse_space(text: str, file: Path) -> Space:
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        return Space.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        line = error.problem_mark.line + 1 if getattr(error, "problem_mark", None) else 1
        raise UserError(f"{file}:{line}: not YAML: {getattr(error, 'problem', error)}") from None
    except ValidationError as error:
        raise UserError(_told(error, tree, file)) from None


def _told(error: ValidationError, tree: yaml.Node | None, file: Path) -> str:
    """The first mistake with file, line and key."""
    first = error.errors()[0]
    where = [part for part in first["loc"] if part not in ("range", "choice")]
    text = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        text = f"unknown key; there are: {', '.join(_keys_at(where[:-1]))}"
    elif not where and ": " in text:  # said by `Space.known`, with its place in front
        place, text = text.split(": ", 1)
        where = place.split(".")
    return f"{file}:{_line(tree, where)}: {'.'.join(map(str, where)) or 'space'}: {text}"


def _keys_at(where: list) -> list[str]:
    models = {"model": ModelSettings, "train": TrainSettings, "prune": PruneSettings}
    model = Space if not where else models.get(where[0], Range)
    return list(model.model_fields) + (["choices"] if model is Range else [])


def _line(node: yaml.Node | None, where: list) -> int:
    """The line of the deepest part of `where` that is in the file."""
    line = 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _only(given: dict, known: Any, where: str) -> None:
    for key in given:
        if key not in known:
            raise ValueError(f"{where}.{key}: unknown key; there are: {', '.join(sorted(known))}")


def _threshold_allowed(method: str, own: dict) -> None:
    threshold = own.get("threshold")
    if not isinstance(threshold, Range):
        raise ValueError(f"methods.{method}: needs a range for threshold")
    if threshold.low < 0 or threshold.high >= METHODS[method].below:
        raise ValueError(f"methods.{method}.threshold: must lie from 0 to below {METHODS[method].below:g}")


def _updated(settings: Settings, plain: dict[str, Any]) -> Settings:
    known = {name: value for name, value in plain.items() if name in type(settings).model_fields}
    return type(settings).model_validate(settings.model_dump() | known)
