"""The same study on a Ray cluster that is there, and the cluster file."""

import os
import re

import pytest
import yaml

from ganprune.errors import UserError
from study.workers.cluster import ROOT, join
from tests.study.driver import Driver


def test_the_cluster_file_is_what_rays_launcher_takes():
    from ray.autoscaler._private.util import prepare_config, validate_config

    config = prepare_config(yaml.safe_load((ROOT / "ray_cluster.yaml").read_text()))
    validate_config(config)
    types = config["available_node_types"]
    assert "GPU" not in types["head"]["resources"]
    assert types["worker"]["resources"]["GPU"] >= 1
    assert "--include-dashboard=false" in " ".join(config["head_start_ray_commands"])
    assert all("RAY_AUTH_MODE=token" in config[f"{role}_start_ray_commands"][-1] for role in ("head", "worker"))


def test_an_unknown_key_in_the_cluster_file_is_noticed():
    from jsonschema import ValidationError
    from ray.autoscaler._private.util import prepare_config, validate_config

    config = yaml.safe_load((ROOT / "ray_cluster.yaml").read_text()) | {"nonsense": 1}
    with pytest.raises(ValidationError):
        validate_config(prepare_config(config))


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("http://127.0.0.1:8265", "for the submission of jobs"),
        ("ray://head:10001", "for Ray's client"),
        ("auto", "no address of a head"),
        ("127.0.0.1:http", "no address of a head"),
    ],
)
def test_an_address_of_another_kind_is_told_what_is_expected(address, kind, tmp_path):
    with pytest.raises(UserError, match=rf"RAY_ADDRESS={address}: that is {kind}; give host:port .*RAY_ADDRESS= to"):
        join(address, tmp_path)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "[::1]:1", "127.0.0.1:99999", "nowhere.invalid:1"])
def test_a_dead_address_is_one_line_and_at_once(address, tmp_path):
    with pytest.raises(UserError, match=rf"RAY_ADDRESS={re.escape(address)}: no Ray cluster answers there"):
        join(address, tmp_path)


@pytest.fixture
def cluster(monkeypatch):
    """A head without room for trials, and two nodes with room for one each; all on loopback."""
    from ray.cluster_utils import Cluster

    monkeypatch.setitem(os.environ, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    cluster.workers = [cluster.add_node(num_cpus=1) for _ in range(2)]
    yield cluster
    cluster.shutdown()


@pytest.mark.slow
def test_a_node_that_dies_midway_costs_no_trial(cluster, tmp_path):
    driver = Driver(tmp_path, TRIALS=2, WORKERS=2, RAY_ADDRESS=cluster.address)
    driver.wait_until(lambda log: log.points)
    cluster.remove_node(cluster.workers[0], allow_graceful=False)
    status, shown, errors = driver.finish()
    assert (status, errors) == (0, ""), shown
    assert "Ray cluster" in driver.log().header["hardware"]["cpu"]
    assert len(driver.log().ended) == 2
    assert "failed" not in {trial.ended.state for trial in driver.log().ended}
