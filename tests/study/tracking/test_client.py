"""What MLflow and the libraries below it raise is one line, without a password; its login reaches the server."""

import base64
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy.exc import OperationalError

from ganprune.errors import UserError
from study.records.paths import Out
from study.tracking.client import MlflowException, failures, views
from study.tracking.server import tracking_uri


@pytest.fixture
def environment(monkeypatch):
    for name in ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"):
        monkeypatch.setenv(name, "")  # so that whatever is set is taken back


@pytest.fixture
def asking_for_a_login() -> Iterator[HTTPServer]:
    """A server that lets nobody in, and keeps what came instead."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.logins.append(self.headers.get("Authorization"))
            self.send_error(401)

        do_POST = do_GET  # noqa: N815 - the library's names

        def log_message(self, *about):
            pass

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    server.logins = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_servers_login_reaches_it_and_is_never_told(environment, asking_for_a_login, tmp_path):
    uri = tracking_uri(f"http://ann:s%20cret@127.0.0.1:{asking_for_a_login.server_port}", Out(tmp_path))
    with pytest.raises(UserError) as refused:
        views(uri)
    assert {f"Basic {base64.b64encode(b'ann:s cret').decode()}"} == set(asking_for_a_login.logins)
    assert "cret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "nonsense", "http"])
def test_no_address_tells_its_password_whatever_is_wrong_with_it(environment, tmp_path, scheme):
    with pytest.raises(UserError) as refused:
        views(tracking_uri(f"{scheme}://ann:secret@127.0.0.1:9/db", Out(tmp_path)))
    assert "127.0.0.1:9" in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_database_that_was_locked_meanwhile_is_one_line():
    locked = OperationalError("UPDATE runs", {}, sqlite3.OperationalError("database is locked"))
    for error in (locked, MlflowException(message=locked)):
        with pytest.raises(UserError, match="database is locked; another program holds it") as refused, failures("x"):
            raise error
        assert "\n" not in str(refused.value)


def test_a_database_of_another_version_is_one_line_that_helps(tmp_path, empty_store):
    other = tmp_path / "mlflow.db"
    other.write_bytes(empty_store.read_bytes())
    with closing(sqlite3.connect(other)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = 'f0f0f0f0'")
    with pytest.raises(UserError, match=r"another version of MLflow.*db upgrade.*move it away") as refused:
        views(f"sqlite:///{other}")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_database_is_one_line(tmp_path):
    (tmp_path / "mlflow.db").write_bytes(b"something else, and long enough to be taken for a database" * 99)
    with pytest.raises(UserError, match="not a database") as refused:
        views(f"sqlite:///{tmp_path}/mlflow.db")
    assert "\n" not in str(refused.value)


def test_a_mistake_of_our_own_stays_what_it_is():
    with pytest.raises(KeyError), failures("x"):
        raise KeyError("study")
