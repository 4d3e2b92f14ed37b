"""The commands, each a target of the Makefile; what they are given is in `study.settings.variables`."""

import os
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import typer

from ganprune.errors import UserError
from study.settings.process import say
from study.settings.variables import given
from study.tracking.server import spare_loopback_the_proxy, without_secrets
from study.workers.signals import signals_end

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)


@app.command()
def run() -> None:
    """Search, train, prune, score, log, report; or continue where the study was."""
    from study.commands.run import run_study

    run_study(given())


@app.command()
def report() -> None:
    """Write the report of a study again, from its records alone."""
    from study.commands.again import report_again

    say(f"report: {report_again(given())}")


@app.command()
def sync() -> None:
    """Make MLflow equal to the records of a study."""
    from study.commands.again import sync_again

    say(f"MLflow at {sync_again(given(), say)} is equal to the records")


@app.command()
def export() -> None:
    """Write one point as files to deploy."""
    from study.commands.export import export_point

    export_point(given(), say)


@app.command()
def pick() -> None:
    """Tell the smallest point of the front that keeps all limits, and which of them stops the next."""
    from study.commands.pick import pick_point

    pick_point(given(), say)


@app.command()
def compare() -> None:
    """Compare pruning methods at equal sparsity and equal training, from several seeds."""
    from study.commands.compare import run_compare

    run_compare(given())


@app.command()
def paper() -> None:
    """Try the central claim of a founding paper beside what it printed: of paper 1 its two tables."""
    from study.commands.paper_claim import try_paper

    try_paper(given(), say)


@app.command()
def ui() -> None:
    """Serve the MLflow UI on this machine only, until Ctrl-C."""
    from study.commands.ui import serve

    asked_for = given()
    serve(asked_for.out, asked_for.tracking_uri, asked_for.port, open_browser=True)


def main() -> NoReturn:
    """Run a command. What a user did wrong is one line; what we did wrong is one line and a log that tells all."""
    spare_loopback_the_proxy()
    try:
        with signals_end():
            app()
    except UserError as error:
        fail(f"error: {error}", 2)
    except PermissionError as error:
        fail(f"error: {error.filename}: {error.strerror}; its owner can let you, or take an OUT of your own", 2)
    except Exception as error:
        fail(f"error: {type(error).__name__}: {error}; this is a bug: see {_tell_all()}", 1)


def fail(line: str, status: int) -> NoReturn:
    print(without_secrets(" ".join(line.split())), file=sys.stderr)
    sys.exit(status)


def _tell_all() -> str:
    """The traceback into the study's log, or where this user may write; its place."""
    for place in (lambda: given().out / given().study_name / "log.txt", lambda: Path("ganprune-error.txt"), _elsewhere):
        with suppress(Exception), place().open("a") as file:
            file.write(without_secrets(traceback.format_exc()))
            return os.path.abspath(file.name)
    return "nothing, since no folder here can be written to"


def _elsewhere() -> Path:
    handle, name = tempfile.mkstemp(prefix="ganprune-error-", suffix=".txt")
    os.close(handle)
    return Path(name)
