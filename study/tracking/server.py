"""Where MLflow is: a server, or a database on this machine. Known without importing mlflow, which takes seconds."""

import os
import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ganprune.errors import UserError
from study.records.paths import Out
from study.tracking.database import database_of

CONNECT_SECONDS = 3  # MLflow's own client would try a dead address for minutes
LOCKED_SECONDS = 90  # so long a backup of the database is waited for
LOOPBACK = ("localhost", "127.0.0.1", "127.0.0.0/8", "::1")
SECRETS = (r"(://[^\s/:@]*:)[^\s'\"]*(?=@)", r"((?:password|passwd|pwd|token)=)[^\s&'\"]+")


def tracking_uri(given: str | None, out: Out) -> str:
    """The one that was given, else the database in OUT.

    A server's login leaves the address for the environment, where MLflow's client looks for it: what prints the
    address can't tell it.
    """
    uri = given or default_uri(out)
    return _without_login(uri) if is_server(uri) else uri


def _without_login(uri: str) -> str:
    address = urlsplit(uri)
    if not address.password:
        return uri
    os.environ["MLFLOW_TRACKING_USERNAME"] = unquote(address.username)
    os.environ["MLFLOW_TRACKING_PASSWORD"] = unquote(address.password)
    return address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()


def without_secrets(text: str) -> str:
    """An address, or any text that may hold one, fit to be shown."""
    for secret in SECRETS:
        text = re.sub(secret, r"\1***", text, flags=re.IGNORECASE)
    return text


def spare_loopback_the_proxy() -> None:
    """A proxy of the environment is for what lies outside: MLflow, Ray and urllib all heed `no_proxy`."""
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    if known != "*":
        hosts = [host for host in known.split(",") if host]
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(dict.fromkeys([*hosts, *LOOPBACK]))


def default_uri(out: Out) -> str:
    return f"sqlite:///{out.mlflow_db.resolve()}"


def is_server(uri: str) -> bool:
    return urlsplit(uri).scheme in ("http", "https")


def check_reachable(uri: str) -> None:
    """Raises UserError when nothing listens at a server's address, or a database's file stays locked."""
    if is_server(uri):
        _check_address(uri)
    elif database := database_of(uri):
        _wait_for(database)


def _check_address(uri: str) -> None:
    try:
        address = urlsplit(uri)
        port = address.port or {"http": 80, "https": 443}[address.scheme]
        socket.create_connection((address.hostname, port), CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        shown = without_secrets(uri)
        raise UserError(f"tracking server {shown} is unreachable ({reason}); check TRACKING_URI") from None


def _wait_for(file: Path) -> None:
    """What else may be wrong with it MLflow tells better."""
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=LOCKED_SECONDS, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if "locked" in str(error):
                raise UserError(f"{file} is locked by another program; run it again when that has ended") from None
