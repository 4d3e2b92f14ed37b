"""The only door to mlflow: its client, with no telemetry, no pickles, no waiting for the dead, and errors of a line."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ganprune.errors import UserError
from study.tracking import saved_view
from study.tracking.database import database_of, ensure
from study.tracking.server import check_reachable, without_secrets

ENVIRONMENT = {  # read when mlflow is imported; what the user has set wins
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "5",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_LOGGING_LEVEL": "CRITICAL",  # what fails is raised as well
}
for _name, _value in ENVIRONMENT.items():
    os.environ.setdefault(_name, _value)

from mlflow import MlflowClient  # noqa: E402
from mlflow.artifacts import download_artifacts  # noqa: E402
from mlflow.entities import Experiment, LoggedModel, Metric, Param, Run, RunTag  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402
from requests import RequestException  # noqa: E402
from sqlalchemy.exc import SQLAlchemyError  # noqa: E402

__all__ = [
    "LoggedModel",
    "Metric",
    "MlflowClient",
    "Param",
    "Run",
    "RunTag",
    "connect",
    "download_artifacts",
    "failures",
    "pages",
    "tagged",
    "views",
]

REMEDIES = {  # by what MLflow's words hold
    "database is locked": "another program holds it: run it again when that has ended",
    "_alembic_tmp_": "it was never made to its end: move it away, and make sync writes a new one",
    "Detected out-of-date database schema": (
        "it was written by another version of MLflow: `.venv/bin/mlflow db upgrade` brings an older one up to date;"
        " else move it away, and make sync writes a new one"
    ),
}


@contextmanager
def failures(uri: str) -> Iterator[None]:
    """What MLflow and the libraries below it raise, as one line: where, what, and what to do if that is known."""
    try:
        yield
    except (MlflowException, SQLAlchemyError, RequestException, ImportError, OSError) as error:
        reason = without_secrets(str(error).strip().partition("\n")[0])
        remedy = next((remedy for sign, remedy in REMEDIES.items() if sign in str(error)), "")
        raise UserError(f"MLflow at {without_secrets(uri)}: {'; '.join(filter(None, [reason, remedy]))}") from error


def connect(uri: str) -> MlflowClient:
    """Raises UserError when nothing answers at `uri`."""
    check_reachable(uri)
    if database := database_of(uri):
        ensure(database, lambda fresh: _client(f"sqlite:///{fresh}"))
    return _client(uri)


def _client(uri: str) -> MlflowClient:
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def pages(search: Callable[[str | None], list]) -> Iterator:
    """All results of a search that takes a page token."""
    page = search(None)
    yield from page
    while page.token:
        page = search(page.token)
        yield from page


def tagged(tags: dict[str, str]) -> str:
    """The filter of a search for what has all these tags."""
    return " AND ".join(f"tags.{name} = '{value}'" for name, value in tags.items())


def views(uri: str) -> dict[str, str]:
    """Where experiments' saved views lie, and the files of their answers, behind the server's address; by words."""
    with failures(uri):
        client = connect(uri)
        experiments = pages(lambda token: client.search_experiments(page_token=token))
        shown = [experiment for experiment in experiments if saved_view.TAG in experiment.tags]
        return {name: link for each in shown for name, link in _links(each)}


def _links(experiment: Experiment) -> Iterator[tuple[str, str]]:
    yield experiment.name, saved_view.link(experiment.experiment_id)
    if model := experiment.tags.get(saved_view.FILES_TAG):
        yield f"files of {experiment.name}'s answer", saved_view.files_link(experiment.experiment_id, model)
