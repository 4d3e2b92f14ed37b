"""MLflow is found, no password is told, and what lies on this machine is reached without a proxy."""

import os
import sqlite3
import threading
import urllib.request
from contextlib import closing

import pytest
from requests.utils import should_bypass_proxies

from ganprune.errors import UserError
from study.records.paths import Out
from study.tracking.server import check_reachable, spare_loopback_the_proxy, tracking_uri, without_secrets

LOGIN = ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")


@pytest.fixture
def environment(monkeypatch):
    for name in (*LOGIN, "no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")  # so that whatever is set is taken back
    return monkeypatch


def test_without_an_address_it_is_the_database_in_OUT(tmp_path):  # noqa: N802
    assert f"sqlite:///{tmp_path}/mlflow.db" == tracking_uri(None, Out(tmp_path))


@pytest.mark.parametrize(
    ("given", "password", "left"),
    [
        ("http://ann:secret@host:5000", "secret", "http://host:5000"),
        ("https://ann:p%40ss@host/path", "p@ss", "https://host/path"),
        ("http://host", "", "http://host"),
    ],
)
def test_a_servers_login_leaves_the_address(environment, tmp_path, given, password, left):
    assert left == tracking_uri(given, Out(tmp_path))
    assert password == os.environ["MLFLOW_TRACKING_PASSWORD"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ann:secret@host/db", "postgresql://ann:***@host/db"),
        ("no driver for 'mysql+x://ann:se:c/r@et@host/db', sorry", "no driver for 'mysql+x://ann:***@host/db', sorry"),
        ("postgresql://host/db?user=ann&password=secret&x=1", "postgresql://host/db?user=ann&password=***&x=1"),
        ("sqlite:////tmp/mlflow.db", "sqlite:////tmp/mlflow.db"),
        ("http://host:5000/api is down, ask a@b", "http://host:5000/api is down, ask a@b"),
    ],
)
def test_whatever_is_shown_has_no_password(text, shown):
    assert shown == without_secrets(text)


@pytest.mark.parametrize("known", ["", "intra.example", "*"])
def test_loopback_never_goes_through_a_proxy_and_the_rest_does_as_before(environment, known):
    environment.setenv("no_proxy", known)
    spare_loopback_the_proxy()
    spare_loopback_the_proxy()
    for host in ("127.0.0.1", "localhost"):
        assert urllib.request.proxy_bypass(host)
        assert should_bypass_proxies(f"http://{host}:5000", None)
    assert should_bypass_proxies("http://intra.example", None) == (known != "")
    assert bool(urllib.request.proxy_bypass("example.org")) == (known == "*")


def test_a_database_that_stays_locked_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("study.tracking.server.LOCKED_SECONDS", 0.05)
    with closing(locked(tmp_path)), pytest.raises(UserError, match="locked by another program"):
        check_reachable(f"sqlite:///{tmp_path}/mlflow.db")


def test_a_database_that_is_locked_for_a_while_is_waited_for(tmp_path):
    database = locked(tmp_path)
    freed = threading.Timer(0.3, database.rollback)
    freed.start()
    check_reachable(f"sqlite:///{tmp_path}/mlflow.db")
    assert not database.in_transaction
    freed.join()
    database.close()


def locked(folder) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "mlflow.db", isolation_level=None, check_same_thread=False)
    database.execute("CREATE TABLE runs (name)")
    database.execute("BEGIN EXCLUSIVE")
    return database
