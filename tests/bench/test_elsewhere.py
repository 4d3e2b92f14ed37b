"""What a GPU was measured to do stands among the figures of a machine without one, marked as of another run."""

import json

import pytest

from bench.elsewhere import take_in
from bench.figure import figure, not_measured, write


@pytest.fixture
def results(tmp_path):
    """latest.json, of a run without a GPU, and gpu.json."""
    here = [figure("train_speed_cpu", [1.5], "x", "higher", 1.3), not_measured("train_speed_gpu", 7)]
    there = [figure(name, [10.0], "x", "higher", 7) for name in ("train_speed_gpu", "gpu_busy", "train_speed_cpu")]
    write([*here, not_measured("ask_latency", 0.1)], "make bench", tmp_path / "latest.json")
    write(there, "python -m bench.gpu", tmp_path / "gpu.json")
    return tmp_path / "latest.json", tmp_path / "gpu.json"


def test_what_was_measured_here_stays_and_what_was_not_is_of_the_other_run(results):
    take_in(*results)
    document = json.loads(results[0].read_text())
    found = {each["name"]: (each["value"], each.get("run")) for each in document["figures"]}
    of_gpu = dict.fromkeys(("train_speed_gpu", "gpu_busy"), (10.0, "gpu.json"))
    assert {"train_speed_cpu": (1.5, None), "ask_latency": (None, None)} | of_gpu == found
    assert "python -m bench.gpu" == document["runs"]["gpu.json"]["command"]


def test_a_newer_run_takes_the_place_of_an_older_one(results):
    latest, gpu = results
    take_in(latest, gpu)
    write([figure("train_speed_gpu", [20.0], "x", "higher", 7)], "python -m bench.gpu", gpu)
    take_in(latest, gpu)
    found = {each["name"]: each["value"] for each in json.loads(latest.read_text())["figures"]}
    assert 20.0 == found["train_speed_gpu"]
