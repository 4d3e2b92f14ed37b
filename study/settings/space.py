"""A search space: what Optuna may draw, what stays fixed, and the settings that a draw stands for."""

from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.methods import METHODS
from ganprune.models import build
from ganprune.settings import Settings
from study.settings.arguments import seconds
from study.settings.dimension import Choice, Dimension, Draws, Range
from study.settings.space_checks import LR_RATIO, check

OFF = (None, 0, "none")  # of a setting that others depend on


def _duration(text: str) -> str:
    seconds(text)
    return text


class Space(Settings):
    """What a file in `search_spaces/` says."""

    about: str = ""
    budget: Annotated[str, AfterValidator(_duration)] = "1h"  # TIME where the user gives neither TIME nor TRIALS
    samples: int = Field(1000, ge=50)  # generated pictures every eligible point is scored with
    model: ModelSettings = ModelSettings()
    train: TrainSettings = TrainSettings()
    prune: PruneSettings = PruneSettings()
    search: dict[str, Dimension]
    methods: dict[str, dict[str, Dimension]] = Field(min_length=1)  # each with what only it has
    costly: dict[str, dict[str, Dimension]] = Field({})  # more, where there is room (`study.search.costly`)
    first: tuple[dict[str, float | int | str], ...] = ()  # tried before Optuna is asked, to the digit
    compare: dict[str, float | int | str] = Field({})  # the training of `make compare`, where it is not the middle

    @model_validator(mode="after")
    def can_be_run(self) -> "Space":
        """Errors begin with their place, as `search.lr_g: …`."""
        check(self)
        return self

    @property
    def epochs(self) -> list[int]:
        """The grid of epochs: trained states are kept there."""
        dimension = self.search.get("epochs")
        return sorted(dimension.choices) if isinstance(dimension, Choice) else [self.train.epochs]

    def with_costly(self) -> "Space":
        """All of its methods take part."""
        return self.model_copy(update={"methods": self.methods | self.costly, "costly": {}})

    @property
    def centre(self) -> dict[str, Any]:
        """What is fixed of a trial in the middle: of every range; the most epochs, and no recovery."""
        shared = {name: part for name, part in self.search.items() if isinstance(part, Range) and not part.when}
        longest = {"epochs": self.epochs[-1]} if "epochs" in self.search else {}
        return {name: part.middle for name, part in shared.items()} | longest | self.unrecovered

    @property
    def unrecovered(self) -> dict[str, Any]:
        """What is fixed of a trial that recovers as little as the space allows."""
        kinds, steps = self.search.get("recovery"), self.search.get("recovery_steps")
        if isinstance(kinds, Choice) and "none" in kinds.choices:
            return {"recovery": "none"}
        return {"recovery_steps": min(steps.choices)} if isinstance(steps, Choice) else {}

    def compared(self, channels: int, seed: int, classes: int = 0) -> TrialSettings:
        """The training that methods are compared with; how each prunes is no part of it."""
        middle = {name: self._dimension(name).quantise(value) for name, value in self.centre.items()}
        return self.updated(middle | self.compare | self._data(channels, classes) | {"seed": seed})

    def draw(self, trial: Draws) -> dict[str, Any]:
        """A setting as Optuna draws it, by the names of this space; a method's own as `method.name`."""
        drawn = {"method": trial.suggest_categorical("method", list(self.methods))}
        own = {f"{drawn['method']}.{name}": part for name, part in self.methods[drawn["method"]].items()}
        for name, dimension in (self.search | own).items():
            if dimension.when is None or drawn.get(dimension.when) not in OFF:
                drawn[name] = dimension.draw(trial, name)
        return drawn

    def settings(self, drawn: dict[str, Any], channels: int, seed: int, classes: int = 0) -> TrialSettings:
        """The trial that a draw stands for, on pictures of so many channels and classes.

        Rounded so that trainings are shared; `first` ones to the digit.
        """
        exact = drawn in self.first
        values = {name: value if exact else self._dimension(name).quantise(value) for name, value in drawn.items()}
        method = values.get("method", next(iter(self.methods)))
        knobs = {f"{method}.{name}": name for name in METHODS[method].Settings.model_fields}
        own = METHODS[method].Settings(**{knobs[name]: value for name, value in values.items() if name in knobs})
        shared = {name.rpartition(".")[2]: value for name, value in values.items() if name not in knobs}
        drawn = shared | self._data(channels, classes)
        return self.updated(drawn | {"seed": seed, "method": method, "own": own.model_dump()})

    def _data(self, channels: int, classes: int) -> dict[str, int]:
        return {"channels": channels, "classes": classes if takes_labels(self.model) else 0}

    def updated(self, changes: dict[str, Any]) -> TrialSettings:
        """What is fixed, but for these; ValidationError where one is no value for it."""
        if LR_RATIO in changes:
            lr_d = changes.get("lr_g", self.train.lr_g) / changes[LR_RATIO]
            changes = changes | {"lr_d": float(f"{lr_d:.3g}")}
        parts = {"model": self.model, "train": self.train, "prune": self.prune}
        return TrialSettings(**{name: part.model_dump() | _known(part, changes) for name, part in parts.items()})

    def _dimension(self, name: str) -> Range | Choice:
        if name == "method":
            return Choice(choices=list(self.methods))
        method, _, own = name.rpartition(".")
        return self.methods[method][own] if method else self.search[name]


@lru_cache
def takes_labels(model: ModelSettings) -> bool:
    """Whether it is conditional; asked as of data that have classes."""
    return build(model.model_copy(update={"classes": 2})).conditional


def _known(part: Settings, changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name in type(part).model_fields}
