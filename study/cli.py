"""The commands. Every variable of the Makefile arrives by the environment."""

import os
import sys
import traceback
from collections.abc import Callable

import typer

from ganprune.errors import UserError
from study.spec import asked

VARIABLES = (
    *("DATASET", "NAME", "TRIALS", "TIME", "SPACE", "QUALITY", "SEED", "WORKERS"),
    *("DATA_DIR", "OUT", "TRACKING_URI", "RAY_ADDRESS"),
)

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)


@app.command()
def run() -> None:
    """Search, train, prune, score, log, report; or continue where a study was."""
    from study.run import run_study

    raise typer.Exit(run_study(given()))


def given():
    return asked({name: os.environ.get(name) for name in VARIABLES})


def main(command: Callable = app) -> None:
    """Run a command; what a user did wrong is one line, and so is what we did wrong."""
    try:
        command()
    except UserError as error:
        sys.exit(f"error: {error}")
