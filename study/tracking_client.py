"""The only door to mlflow: its client, with no telemetry, no pickles, and no waiting for the dead."""

import os
from collections.abc import Callable, Iterator

from study import saved_view
from study.tracking_server import check_reachable

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

__all__ = ["LoggedModel", "Metric", "MlflowClient", "Param", "Run", "RunTag", "connect", "pages", "views"]


def connect(uri: str) -> MlflowClient:
    """Raises UserError when nothing answers at `uri`."""
    check_reachable(uri)
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
