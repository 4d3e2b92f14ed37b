"""Where variables come from: make's command line, else the environment as GANPRUNE_NAME and so on.

Nothing else that a shell exports is for us (WSL exports NAME), but for the conventions of Ray and MLflow. The Makefile
hands the first over like the second, and names them in GANPRUNE_GIVEN, so that a misspelt one is told.
"""

import os
import shlex
from collections.abc import Mapping

from ganprune.errors import UserError, instead
from study.settings.arguments import Asked, asked

PREFIX = "GANPRUNE_"
GIVEN = PREFIX + "GIVEN"
NAMES = tuple(name.upper() for name in Asked.model_fields)
CONVENTIONS = {"RAY_ADDRESS": "RAY_ADDRESS", "TRACKING_URI": "MLFLOW_TRACKING_URI"}


def given(environment: Mapping[str, str] = os.environ) -> Asked:
    """What this call was given. UserError for a variable on make's command line that there is not."""
    for name in environment.get(GIVEN, "").split():
        if name not in NAMES:
            raise UserError(f"{name}: there is no such variable; {instead(name, NAMES)}")
    return asked({name: _value(name, environment) for name in NAMES})


def handed(variables: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a command that is given these variables and no others."""
    others = {PREFIX + name for name in NAMES} | {GIVEN, *CONVENTIONS.values()}
    kept = {name: value for name, value in environment.items() if name not in others}
    return kept | {PREFIX + name: str(value) for name, value in variables.items()}


def typed(goal: str, variables: Mapping[str, object]) -> str:
    """What to type for make to do this, with those of the variables that have a value."""
    given = {name.upper(): value for name, value in variables.items() if value not in (None, "")}
    return " ".join([f"make {goal}", *(f"{name}={shlex.quote(str(value))}" for name, value in given.items())])


def _value(name: str, environment: Mapping[str, str]) -> str | None:
    return environment.get(PREFIX + name) or environment.get(CONVENTIONS.get(name, ""))
