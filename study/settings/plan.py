"""What a call of `make study` will do: what is given, else what the study began with, else what suits the machine."""

import os
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

from pydantic import ValidationError

from ganprune.data import DATASETS
from ganprune.errors import UserError, instead
from ganprune.methods import METHODS
from ganprune.models import MODELS, build
from ganprune.objective import COSTS, SPARSITY, Objectives, objectives
from ganprune.translation import DIRECTIONS
from study.settings.arguments import TRANSLATED, Asked, seconds
from study.settings.machine import Machine
from study.settings.space import Space
from study.settings.space_file import FOLDER, load_space

FORTH = DIRECTIONS[0]  # unless another is asked for
# May not differ from the beginning.
AGREED = ("dataset", *TRANSLATED, "model", "space", "quality", "cost", "seed")
WORDS = {"about", "budget", "compare"}  # of a space, which decide nothing about its trials


@dataclass(frozen=True)
class Plan:
    name: str
    dataset: str
    space_name: str
    space: Space
    quality: str
    seed: int
    trials: int | None
    seconds: float | None  # of this call
    workers: int
    data_dir: Path
    sized_for_cpu: bool  # because no GPU was found
    cost: str = SPARSITY
    model: str | None = None  # that was asked for in place of the one that the space names
    task: str | None = None  # of translation, that pairs or two kinds of pictures are made by
    direction: str = FORTH
    strays: str | None = None  # pictures without a partner: drop, or None where they are refused

    @property
    def objectives(self) -> Objectives:
        return objectives(self.cost, self.quality)

    def spec(self) -> dict[str, Any]:
        """What the records keep of it."""
        return {
            "dataset": self.dataset,
            "task": self.task,
            "direction": self.direction,
            "strays": self.strays,
            "space": self.space_name,
            "model": self.model,
            "searched": self.space.model_dump(),
            "quality": self.quality,
            "cost": self.cost,
            "seed": self.seed,
            "samples": self.space.samples,
            "trials": self.trials,
            "seconds": self.seconds,
        }


def make_plan(given: Asked, begun: dict[str, Any] | None, machine: Machine) -> Plan:
    """The plan of this call; `begun` is the spec in the study's records, None for a new study."""
    kept = _as_begun(given, begun) if begun else _new(given, machine)
    trials, time = given.trials, given.time
    if trials is None and time is None:
        trials, time = (begun["trials"], begun["seconds"]) if begun else (None, seconds(kept["space"].budget))
    return Plan(
        name=given.study_name,
        trials=trials,
        seconds=time,
        workers=given.workers or machine.workers,
        data_dir=given.data_dir,
        sized_for_cpu=not (begun or given.space or machine.gpus),
        **kept,
    )


def _new(given: Asked, machine: Machine) -> dict[str, Any]:
    """What a study will always be of."""
    dataset, cost = _settled(given.dataset or "digits"), given.cost or SPARSITY
    name = given.space or _default_space(dataset, given, machine)
    space = _space(name, given.model)
    _check_cost(cost, name, space)
    _check_task(given, name, space)
    objectives = {"quality": given.quality or "fcd", "cost": cost}
    translation = {"task": given.task, "direction": given.direction or FORTH, "strays": given.strays}
    what = {"dataset": dataset, "space_name": name, "space": space, "model": given.model, "seed": given.seed or 0}
    return what | objectives | translation


def _as_begun(given: Asked, begun: dict[str, Any]) -> dict[str, Any]:
    """The same of one that was begun."""
    begun = _told_today(given, begun)
    _refuse_differences(given, begun)
    space = {"space_name": begun["space"], "space": Space(**begun["searched"])}
    return space | {name: begun[name] for name in AGREED if name != "space"}


def _space(name: str, model: str | None) -> Space:
    """As its file says, but for the model where one is asked for."""
    space = load_space(name)
    if model is None:
        return space
    if model not in MODELS:
        raise UserError(f"MODEL={model}: there is no such model; {instead(model, MODELS)}")
    told = space.model_dump()
    try:
        return Space(**told | {"model": told["model"] | {"name": model}})
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UserError(f"MODEL={model}: search space {name} is not for it: {reason}; give another SPACE") from None


def _check_cost(cost: str, name: str, space: Space) -> None:
    """A search that can't lower its cost would end with the dense network; one without that has nothing to lower."""
    methods = [METHODS[method] for method in space.methods]
    if not (COSTS[cost].zeros or "width" in space.search or any(method.structured for method in methods)):
        raise UserError(
            f"COST={cost}: search space {name} has no method that makes networks smaller, only such that put zeros in"
            " them; give a SPACE with channels, as cifar10-channels-cpu, or COST=bytes, which zeros lower"
        )
    if cost != SPARSITY and all(method.owns_training for method in methods):
        raise UserError(
            f"COST={cost}: search space {name} has no method that begins with a dense network, and its cost is what"
            " others are held against; give a SPACE with magnitude besides, or COST=sparsity, which needs none"
        )


def _check_task(given: Asked, name: str, space: Space) -> None:
    for variable in TRANSLATED:
        if getattr(given, variable) and not build(space.model).translates:
            raise UserError(
                f"{variable.upper()}={getattr(given, variable)}: {space.model.name} of search space {name} translates"
                " no pictures; give MODEL=pix2pix or MODEL=cyclegan, and no SPACE or one of theirs"
            )


def _settled(dataset: str) -> str:
    """A path means the same from wherever the study is continued."""
    return dataset if dataset in DATASETS else os.path.realpath(os.path.expanduser(dataset))


def _default_space(dataset: str, given: Asked, machine: Machine) -> str:
    """The first that there is: of data set and model, of the model alone (a task names one), of the data set."""
    size = "gpu" if machine.gpus else "cpu"
    model = given.model or (given.task and ("cyclegan" if ":" in given.task else "pix2pix"))
    known = dataset if dataset in DATASETS else "images"
    names = [f"{known}-{model}-{size}", f"{model}-{size}"] if model else []
    names.append(f"{known}-{size}")
    return next((name for name in names if (FOLDER / f"{name}.yaml").exists()), f"images-{size}")


def _told_today(given: Asked, begun: dict[str, Any]) -> dict[str, Any]:
    """The spec of a study that may be older than MODEL, or than COST, when skill was always that of fcd."""
    if "cost" not in begun and begun["quality"] != "fcd":
        raise UserError(
            f"NAME={given.study_name} was begun with skill told by fcd, now by {begun['quality']}: the two"
            " can't be compared; give another NAME (report, export and sync go on as before)"
        )
    return {"cost": SPARSITY, "model": None, "task": None, "direction": FORTH, "strays": None} | begun


def _refuse_differences(given: Asked, begun: dict[str, Any]) -> None:
    left_out = WORDS | ({"costly"} - begun["searched"].keys())  # of which early studies knew nothing
    now = {key: getattr(given, key) for key in AGREED}
    if given.dataset:
        now["dataset"] = _settled(given.dataset)
    if given.space:
        now["space"] = _space(given.space, given.model or begun["model"]).model_dump(exclude=left_out)
    space = Space(**begun["searched"])
    begun = begun | {"model": space.model.name}
    then = begun | {"space": space.model_dump(exclude=left_out)}
    for key in AGREED:
        if now[key] is not None and now[key] != then[key]:
            raise UserError(_difference(given, key, now[key], then[key], begun))


def _difference(given: Asked, key: str, now: Any, then: Any, begun: dict[str, Any]) -> str:
    was = f"no {key.upper()}" if begun[key] is None else f"{key.upper()}={begun[key]}"
    here = f"NAME={given.study_name} was begun with {was}, not {getattr(given, key)}"
    if key == "space":
        changed = next(part for part in now if now[part] != then[part])
        here += f" (its {changed} is {_other(then[changed], now[changed])}, now {_other(now[changed], then[changed])})"
    return f"{here}; leave {key.upper()} out to continue, or give another NAME"


def _other(one: Any, other: Any) -> str:
    """Of what has parts, those that the other has otherwise."""
    parts = {key: value for key, value in one.items() if other.get(key) != value} if isinstance(one, dict) else one
    return shorten(str(parts), 80, placeholder=" …")
