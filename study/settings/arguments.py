"""What a user asked of a study: the variables of `make study`, checked."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo

from ganprune.errors import UserError, instead
from ganprune.objective import COSTS, Objective, qualities
from study.records.paths import Out
from study.settings.limits import KINDS, Limit, limit

TAKEN = {path.name for path in (Out(Path()).store, Out(Path()).mlflow_db, Out(Path()).mlflow_artifacts)}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text: str) -> float:
    """`90s`, `10m`, `2h`, `1d` in seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text.strip())
    if not found or float(found[1]) == 0:
        raise ValueError("give a duration such as 90s, 10m or 2h")
    return float(found[1]) * UNITS[found[2]]


def spelled(duration: float) -> str:
    """The other way round: 170 is `170s`, 600 `10m`."""
    unit = next((unit for unit in reversed(UNITS) if duration % UNITS[unit] == 0), "s")
    return f"{duration / UNITS[unit]:.15g}{unit}"


def _count(text: str | int) -> int:
    if not re.fullmatch(r"\d+", str(text).strip()) or int(text) == 0:
        raise ValueError("give a whole number from 1")
    return int(text)


def _port(text: str | int) -> int:
    if not str(text).isdigit() or not 0 < int(text) < 65536:
        raise ValueError("give a number from 1 to 65535")
    return int(text)


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", text):
        raise ValueError("a name has letters, digits, '.', '_' and '-' only, and starts with a letter or digit")
    if text in TAKEN:
        raise ValueError("OUT keeps something of its own there; give another name")
    return text


def _quality(text: str) -> str:
    return _objective(text, qualities(), COSTS)


def _cost(text: str) -> str:
    return _objective(text, COSTS, qualities())


def _objective(text: str, known: Mapping[str, Objective], others: Mapping[str, Objective]) -> str:
    if text in others:
        raise ValueError(f"the other objective is of that kind: two of one weigh nothing; {instead('', known)}")
    if text not in known:
        raise ValueError(instead(text, known))
    return text


def _folder(path: Path) -> Path:
    """Shells leave the ~ in OUT=~/runs as it is."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(f"{path.parts[0]} is nobody's home; give the path of a folder") from None


def _whole(text: str | int) -> int:
    if not re.fullmatch(r"-?\d+", str(text).strip()):
        raise ValueError("give a whole number")
    return int(text)


def _names(text: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split()) if isinstance(text, str) else tuple(text)


def _shares(text: str | Sequence[float]) -> tuple[float, ...]:
    """75,87.5 in percent, or 0.75,0.875; in rising order."""
    if not isinstance(text, str):
        return tuple(text)
    try:
        shares = {share if (share := float(part.rstrip("%"))) < 1 else share / 100 for part in _names(text)}
    except ValueError:
        shares = {0.0}
    if not all(0 < share < 1 for share in shares):
        raise ValueError("give shares of the weights that are to go, such as 75,87.5 (in percent)")
    return tuple(sorted(shares))


def _paper(text: str | int) -> int | str:
    """A number, or a name where a paper has none."""
    return int(text) if str(text).isdigit() else text.strip().lower()


def _limit(text: str, field: ValidationInfo) -> Limit:
    return limit(field.field_name.upper(), text)


Cost = Annotated[str, AfterValidator(_cost)]
Count = Annotated[int, BeforeValidator(_count)]
Folder = Annotated[Path, AfterValidator(_folder)]
Limited = Annotated[Limit, BeforeValidator(_limit)]
Name = Annotated[str, AfterValidator(_name)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Paper = Annotated[int | str, BeforeValidator(_paper)]
Port = Annotated[int, BeforeValidator(_port)]
Quality = Annotated[str, AfterValidator(_quality)]
Seconds = Annotated[float, BeforeValidator(seconds)]
Shares = Annotated[tuple[float, ...], BeforeValidator(_shares)]
Whole = Annotated[int, BeforeValidator(_whole)]


TRANSLATED = ("task", "direction", "strays")  # what a translation alone can be given


class Asked(BaseModel):
    """What was given, None where nothing was. Field names are the variables' in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str | None = None
    name: Name | None = None
    trials: Count | None = None
    time: Seconds | None = None
    task: str | None = None
    direction: Literal["AtoB", "BtoA"] | None = None
    strays: Literal["drop"] | None = None
    space: str | None = None
    model: str | None = None
    quality: Quality | None = None
    cost: Cost | None = None
    seed: Whole | None = None
    workers: Count | None = None
    data_dir: Folder = Path("data")
    out: Folder = Path("runs")
    tracking_uri: str | None = None
    ray_address: str | None = None
    point: str | None = None  # of `make export` and `make pick`, as are limits
    max_loss: Limited | None = None
    max_fcd: Limited | None = None
    max_bytes: Limited | None = None
    max_latency: Limited | None = None
    min_sparsity: Limited | None = None
    paper: Paper | None = None  # of `make paper`
    methods: Names | None = None  # of `make compare`, as are the next four
    models: Names | None = None
    targets: Shares | None = None
    seeds: Count | None = None
    epochs: Count | None = None
    port: Port = 5000  # of `make ui`

    @property
    def limits(self) -> list[Limit]:
        given = (getattr(self, variable.lower()) for variable in KINDS)
        return [each for each in given if each]

    @property
    def study_name(self) -> str:
        """NAME, else the data set's."""
        if self.name:
            return self.name
        from ganprune.data import name_of  # here, because torch takes seconds to import, and half a gigabyte

        name = name_of(self.dataset or "digits")
        return f"{name}-study" if name in TAKEN else name


def asked(variables: dict[str, Any]) -> Asked:
    """Check the variables; an empty one counts as not given."""
    try:
        return Asked(**{name.lower(): value for name, value in variables.items() if value not in (None, "")})
    except ValidationError as error:
        first = error.errors()[0]
        text = first["msg"].removeprefix("Value error, ")
        raise UserError(f"{str(first['loc'][0]).upper()}={first['input']}: {text}") from None


def writable(out: Path) -> Path:
    """`OUT` as an absolute path that exists and can be written to."""
    out = Path(os.path.realpath(out))  # Path.resolve raises where links lead in a circle
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / f".writable.{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise UserError(f"OUT={out}: {error.strerror}; give a folder that can be written to") from None
    return out
