"""`make ui` shows what is logged, says in one line why it can't, and leaves nothing running."""

import socket
import urllib.request
from pathlib import Path

import pytest

from bench.synthetic import write_study
from ganprune.errors import UserError
from study.commands.ui import serve
from study.records.paths import Out
from study.tracking.client import MlflowClient
from study.tracking.runs import Tracking
from study.tracking.server import default_uri
from tests.served import free_port, served


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """An OUT with one study in its MLflow."""
    out = Out(tmp_path_factory.mktemp("out"))
    paths = out.study("synthetic")
    log = write_study(paths.records, 4).log
    log_study(default_uri(out), log, paths)
    return out.root


def log_study(uri, log, paths) -> None:
    Tracking(uri, log.header, paths).finish(log, lambda point, onnx: {"README.md": b"# card"})


def test_nothing_logged_yet_is_one_line(tmp_path):
    with pytest.raises(UserError, match="run make study first") as refused:
        serve(tmp_path, None, free_port(), False)
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_one_line_that_names_PORT(root):  # noqa: N802
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UserError, match="PORT=") as refused:
            serve(root, None, other.getsockname()[1], False)
    assert "\n" not in str(refused.value)


def test_a_server_that_is_down_is_one_line(root):
    with pytest.raises(UserError, match="unreachable"):
        serve(root, "http://127.0.0.1:9", free_port(), False)


@pytest.mark.slow
def test_it_serves_until_ctrl_c_and_leaves_no_process(root, capsys, tmp_path):
    with served(root) as link:
        address = link.partition("/#/")[0]
        assert urllib.request.urlopen(f"{address}/health").status == 200
        serve(root, address, free_port(), False)  # a server that is there needs no second one
        assert f"ganprune-digits: {link}" in capsys.readouterr().out.splitlines()
        logs_the_same_over_http(address, tmp_path)


def logs_the_same_over_http(address: str, tmp_path: Path) -> None:
    paths = Out(tmp_path).study("synthetic")
    log = write_study(paths.records, 4).log
    for _ in range(2):
        log_study(address, log, paths)
    client = MlflowClient(tracking_uri=address)
    filter_ = f"tags.began = '{round(1000 * log.header['time'])}'"
    experiment = client.get_experiment_by_name("ganprune-digits").experiment_id
    assert len(client.search_runs([experiment], filter_)) == 5
    for model in client.search_logged_models([experiment], filter_):
        assert [file.path for file in client.list_logged_model_artifacts(model.model_id)] == ["README.md"]
