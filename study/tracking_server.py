"""Where MLflow is: a server, or a database on this machine. Known without importing mlflow, which takes seconds."""

import socket
from urllib.parse import urlsplit

from ganprune.errors import UserError
from study.paths import Out

CONNECT_SECONDS = 3  # MLflow's own client would try a dead address for minutes


def default_uri(out: Out) -> str:
    return f"sqlite:///{out.mlflow_db.resolve()}"


def is_server(uri: str) -> bool:
    return urlsplit(uri).scheme in ("http", "https")


def check_reachable(uri: str) -> None:
    """Raises UserError when `uri` is a server and nothing listens there."""
    if not is_server(uri):
        return
    try:
        address = urlsplit(uri)
        port = address.port or {"http": 80, "https": 443}[address.scheme]
        socket.create_connection((address.hostname, port), CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"tracking server {uri} is unreachable ({reason}); check TRACKING_URI") from None
