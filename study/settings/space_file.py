"""Search spaces as files: every mistake in one is a line with file, line number, key and reason."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from ganprune.config import ModelSettings, PruneSettings, TrainSettings
from ganprune.errors import UserError, instead
from study.records.upgrade import RENAMED
from study.settings.dimension import Choice, Range
from study.settings.space import Space

FOLDER = Path(__file__).parents[2] / "search_spaces"
PARTS = {"model": ModelSettings, "train": TrainSettings, "prune": PruneSettings}


def load_space(given: str) -> Space:
    """The space of this name in `search_spaces/`, or of this file."""
    file = Path(given) if given.endswith((".yaml", ".yml")) else FOLDER / f"{given}.yaml"
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        known = sorted(path.stem for path in FOLDER.glob("*.yaml"))
        what = instead(file.stem, known)
        raise UserError(f"SPACE={given}: there is no such file; {what}, or give the path of another") from None
    except UnicodeDecodeError:
        raise UserError(f"SPACE={file}: this is no text; give a YAML file") from None
    return parse_space(text, file)


def parse_space(text: str, file: Path) -> Space:
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        return Space.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = " ".join(str(getattr(error, "problem", None) or error).split())
        raise UserError(f"{file}:{mark.line + 1 if mark else 1}: not YAML: {reason}") from None
    except ValidationError as error:
        raise UserError(_told(error, tree, file)) from None


def _told(error: ValidationError, tree: yaml.Node | None, file: Path) -> str:
    """The first mistake with its place and key."""
    first = error.errors()[0]
    where = [part for part in first["loc"] if part not in ("range", "choice")]
    text = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        wrong = str(where[-1])
        text = f"unknown key; {instead(RENAMED.get(wrong, wrong), _keys_at(first['loc'][:-1]))}"
    elif not where and ": " in text:  # said by `Space.can_be_run`, with its place in front
        place, text = text.split(": ", 1)
        where = [int(part) if part.isdigit() else part for part in place.split(".")]
    return f"{file}:{_line(tree, where)}: {'.'.join(map(str, where)) or 'space'}: {text}"


def _keys_at(where: tuple) -> list[str]:
    if not where:
        return list(Space.model_fields)
    return list(PARTS.get(where[0], Choice if where[-1] == "choice" else Range).model_fields)


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
