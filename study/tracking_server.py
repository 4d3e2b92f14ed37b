"""The only door to mlflow: a server, or a database on this machine, found at once to be there or not."""

import os
import socket
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from ganprune.errors import UserError
from study import saved_view
from study.paths import Out

ENVIRONMENT = {  # read when mlflow is imported; what the user has set wins
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "5",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
}
for _name, _value in ENVIRONMENT.items():
    os.environ.setdefault(_name, _value)

from mlflow import MlflowClient  # noqa: E402
from mlflow.entities import LoggedModel, Metric, Param, Run, RunTag  # noqa: E402

__all__ = [
    "LoggedModel",
    "Metric",
    "MlflowClient",
    "Param",
    "Run",
    "RunTag",
    "connect",
    "default_uri",
    "pages",
    "views",
]

EXPERIMENT = "ganprune-"  # and the data set
CONNECT_SECONDS = 3  # MLflow's own client would try a dead address for minutes


def default_uri(out: Out) -> str:
    return f"sqlite:///{out.mlflow_db.resolve()}"


def is_server(uri: str) -> bool:
    return urlsplit(uri).scheme in ("http", "https")


def connect(uri: str) -> MlflowClient:
    """Raises UserError when `uri` is a server and nothing listens there."""
    if is_server(uri):
        _knock(uri)
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def pages(search: Callable[[str | None], list]) -> Iterator:
    """All results of a search that takes a page token."""
    page = search(None)
    yield from page
    while page.token:
        page = search(page.token)
        yield from page


def views(uri: str) -> dict[str, str]:
    """By experiment: where its saved view lies, behind the server's address."""
    client = connect(uri)
    experiments = pages(lambda token: client.search_experiments(page_token=token))
    return {e.name: saved_view.link(e.experiment_id) for e in experiments if saved_view.TAG in e.tags}


def _knock(uri: str) -> None:
    address = urlsplit(uri)
    port = address.port or {"http": 80, "https": 443}[address.scheme]
    try:
        socket.create_connection((address.hostname, port), CONNECT_SECONDS).close()
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"tracking server {uri} is unreachable ({reason}); check TRACKING_URI") from None
