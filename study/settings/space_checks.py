"""What a search space may say: whatever cannot be run is refused before anything is trained.

A ValueError begins with its place, as `search.lr_g: …`.
"""

from collections import ChainMap
from collections.abc import Collection, Iterable
from itertools import chain, product
from typing import TYPE_CHECKING, Any

import torch
from pydantic import ValidationError

from ganprune.channels import channel_groups
from ganprune.config import ModelSettings, PruneSettings, TrainSettings
from ganprune.errors import UserError, instead
from ganprune.losses import LOSSES
from ganprune.methods import METHODS
from ganprune.models import MODELS, OWN_LOSSES, build
from ganprune.recovery import RECOVERIES
from ganprune.threshold import THRESHOLD
from study.records.upgrade import RENAMED
from study.settings.dimension import Choice, Given, Range

if TYPE_CHECKING:
    from study.settings.space import Space

LR_RATIO = "lr_ratio"  # lr_g / lr_d: searched instead of lr_d, which depends on it
SHARED = {"name", "channels", "classes", "side", "latent", "seed", "targets", "targets_of", "method", "own"}  # by all
SEARCHABLE = {LR_RATIO, *ModelSettings.model_fields, *TrainSettings.model_fields, *PruneSettings.model_fields} - SHARED
SHELVES = {"name": MODELS, "loss": LOSSES, "recovery": ChainMap(RECOVERIES, {"none": None})}  # by who names a member

NARROW = 4  # channels

Dimensions = dict[str, Range | Choice]


def check(space: "Space") -> None:
    _check_model(space.model)
    _check_names(space)
    _only(space.search, SEARCHABLE, "search")
    _only(space.methods, METHODS, "methods")
    _only(space.costly, METHODS.keys() - space.methods.keys(), "costly")
    _check_dimensions(space, space.search)
    for method, own in (space.methods | space.costly).items():
        _check_method(space, method, own)
    _check_recovery(space)
    for name, value in space.compare.items():
        _check_compared(space, name, value)
    for number, first in enumerate(space.first):
        _check_first(space, f"first.{number}", first)


def _only(given: dict, known: Collection[str], where: str) -> None:
    for key in given:
        if key not in known:
            raise ValueError(f"{where}.{key}: unknown key; {instead(RENAMED.get(key, key), sorted(known))}")


def _check_model(model: ModelSettings) -> None:
    _check_name("model.name", "name", model.name)
    try:
        build(model)
    except UserError as error:
        raise ValueError(str(error)) from None


def _check_names(space: "Space") -> None:
    """What is fixed is on its shelf, and in its place."""
    _check_name("train.loss", "loss", space.train.loss)
    _check_name("prune.recovery", "recovery", space.prune.recovery)
    _check_loss(space)
    for name in ("method", "own"):
        if getattr(space.prune, name) != PruneSettings.model_fields[name].default:
            raise ValueError(f"prune.{name}: what methods are tried, and with which settings, is said under methods")


def _check_loss(space: "Space") -> None:
    """Losses that know the networks of one model can train no other, and no other loss that model."""
    model, loss = space.model.name, space.train.loss
    own = OWN_LOSSES.get(model)
    if own and loss != own:
        raise ValueError(f"train.loss: {loss} does not know the networks of {model}; give {own}")
    if loss in OWN_LOSSES.values() and loss != own:
        raise ValueError(f"train.loss: {loss} trains no {model}; {instead('', LOSSES.keys() - OWN_LOSSES.values())}")


def _check_name(place: str, setting: str, name: Any) -> None:
    if setting in SHELVES and name not in SHELVES[setting]:
        raise ValueError(f"{place}: {name} is unknown; {instead(str(name), SHELVES[setting])}")


def _check_method(space: "Space", method: str, own: Dimensions) -> None:
    member, knobs, place = METHODS[method], METHODS[method].Settings.model_fields, _place(space, method)
    _only(own, SEARCHABLE | knobs.keys(), place)
    if THRESHOLD in knobs and not isinstance(own.get(THRESHOLD), Range):
        raise ValueError(f"{place}: needs a range for {THRESHOLD}: {knobs[THRESHOLD].description}")
    if member.structured and not _channels(space.model):
        raise ValueError(f"{place}: no channels can be taken out of a {space.model.name}; take another method")
    _check_dimensions(space, own, method)
    _check_schedule(space, method, own)


def _check_schedule(space: "Space", method: str, own: Dimensions) -> None:
    """Whatever is drawn of its own fits into any training that is."""
    member, trainings = METHODS[method], own["epochs"].choices if "epochs" in own else space.epochs
    names = [name for name in own if name in member.Settings.model_fields]
    for epochs, *values in product(trainings, *(own[name].values for name in names)):
        try:
            knobs = member.Settings(**dict(zip(names, values, strict=True))).model_dump()
        except ValidationError as error:
            told = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise ValueError(f"{_place(space, method)}: {told}") from None
        if why := member.refusal(space.updated({"epochs": epochs, "method": method, "own": knobs})):
            raise ValueError(f"{_place(space, method)}: {why}")


def _place(space: "Space", method: str) -> str:
    return f"{'costly' if method in space.costly else 'methods'}.{method}"


def _channels(model: ModelSettings) -> Collection:
    """Found in a narrow one, which is soon built; asked as of data that have classes."""
    gan = build(model.model_copy(update={"classes": 2, "width": min(model.width, NARROW)}))
    inputs = gan.inputs(2, torch.Generator().manual_seed(0))
    return channel_groups(gan.generator, tuple(inputs.values()), gan.outputs["generator"])


def _check_dimensions(space: "Space", dimensions: Dimensions, method: str = "") -> None:
    """Those that all trials have, or of one method."""
    where = _place(space, method) if method else "search"
    for name, dimension in dimensions.items():
        if dimension.when is not None and dimension.when not in _drawn_before(space, name, method):
            hint = instead(dimension.when, space.search)
            raise ValueError(f"{where}.{name}: when: {dimension.when} is not searched before it; {hint}")
        for value in dimension.values:
            _check_value(space, f"{where}.{name}", name, value, method)


def _drawn_before(space: "Space", name: str, method: str) -> Collection[str]:
    names = list(space.search)
    return names if method else names[: names.index(name)]


def _check_value(space: "Space", place: str, name: str, value: Any, method: str) -> None:
    try:
        if method and name in METHODS[method].Settings.model_fields:
            METHODS[method].Settings(**{name: value})
        else:
            space.updated({name: value})
            _check_name(place, name, value)
    except ValidationError as error:
        hint = "; whole numbers need choices: […]" if "integer" in (text := error.errors()[0]["msg"]) else ""
        raise ValueError(f"{place}: {value}: {text}{hint}") from None


def _check_recovery(space: "Space") -> None:
    """Either of them alone does nothing, and costs a dimension or a surprise."""
    recovers = any(kind != "none" for kind in _possible(space, "recovery"))
    steps = any(_possible(space, "recovery_steps"))
    if recovers and not steps:
        raise ValueError("prune.recovery_steps: is 0, so that nothing recovers; set it, or search it")
    if steps and not recovers:
        raise ValueError(f"prune.recovery: is none, in spite of steps for it; set it: {', '.join(RECOVERIES)}")


def _possible(space: "Space", name: str) -> Iterable[Any]:
    parts = (space.search, *(space.methods | space.costly).values())
    searched = [part[name].values for part in parts if name in part]
    return chain(*searched) if searched else [getattr(space.prune, name)]


def _check_compared(space: "Space", name: str, value: Any) -> None:
    trained = {LR_RATIO, *ModelSettings.model_fields, *TrainSettings.model_fields} - SHARED
    _only({name: value}, trained, "compare")
    _check_value(space, f"compare.{name}", name, value, "")


def _check_first(space: "Space", place: str, first: dict[str, Any]) -> None:
    given = Given(first)
    try:
        space.draw(given)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None
    if unknown := first.keys() - given.taken:
        raise ValueError(f"{place}: {', '.join(sorted(unknown))}: this space draws no such setting there")
