"""`make compare` as a user meets it: killed, continued, and what it leaves."""

import csv

import numpy as np
import pytest
from PIL import Image

from ganprune.errors import UserError
from study.commands.compare import compare_methods, plan_of, run_compare
from study.records.journal import Records
from study.records.paths import Out
from study.settings.arguments import asked
from study.settings.machine import this_machine
from tests.study.driver import TINY, Driver, gone

GIVEN = {"NAME": "tiny", "METHODS": "percentage", "TARGETS": "50", "SEEDS": 1, "EPOCHS": 4}
FILES = {"compare.csv", "compare.md", "index.html", "seeds.csv"}
FILES |= {f"{name}.{kind}" for name in ("compare", "gap") for kind in ("png", "pdf")}


class Comparing(Driver):
    def __init__(self, out):
        super().__init__(out, "compare", **GIVEN)
        self.paths = Out(out.resolve()).comparison("tiny")


@pytest.mark.slow
def test_killed_and_run_again_it_goes_on_and_leaves_page_tables_picture_and_a_run_in_mlflow(tmp_path):
    first = Comparing(tmp_path)
    first.wait_until(lambda log: log.ended)
    workers = first.workers()
    first.kill()
    assert gone(workers)
    before = first.paths.records.read_bytes()
    again = Comparing(tmp_path)
    status, shown, errors = again.finish()
    assert (0, "") == (status, errors), shown
    assert "were done before" in shown
    assert "indicative" in shown
    assert again.paths.records.read_bytes().startswith(before)
    assert FILES == {file.name for file in again.paths.report.iterdir()}
    log = again.log()
    assert not log.open
    assert "completed" == log.trials[0].ended.state
    with (again.paths.report / "compare.csv").open() as file:
        assert ["percentage", "random", "trained small"] == [row["arm"] for row in csv.DictReader(file)]
    assert "compare" == _run(tmp_path, log.header["data"]["name"]).data.tags["role"]


def _run(out, dataset: str):
    from study.tracking.client import MlflowClient

    client = MlflowClient(f"sqlite:///{Out(out).mlflow_db}")
    experiment = client.get_experiment_by_name(f"ganprune-{dataset}")
    (run,) = client.search_runs([experiment.experiment_id])
    return run


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"METHODS": "magnitude,chanels"}, "chanels: there is no such method; take channels"),
        ({"MODELS": "dcgann"}, "MODEL=dcgann: there is no such model; take dcgan"),
        ({"MODELS": "dcgan,sngann"}, "MODEL=sngann: there is no such model; take sngan"),
        ({"SPACE": "digits-cp"}, "there is no such file; take digits-cpu"),
        ({"EPOCHS": "1"}, "EPOCHS=1: .* give 2 or more"),
    ],
)
def test_what_can_not_be_compared_is_one_line_and_leaves_nothing(tmp_path, wrong, told):
    with pytest.raises(UserError, match=told):
        run_compare(asked({"DATASET": "digits", "OUT": str(tmp_path)} | wrong))
    assert not [*tmp_path.rglob("*.jsonl")]


def test_of_several_models_one_that_needs_labels_which_are_not_there_is_told_before_another_is_trained(tmp_path):
    rng, folder = np.random.default_rng(0), tmp_path / "unsorted"
    folder.mkdir()
    for number in range(80):
        Image.fromarray(rng.integers(0, 256, (16, 16, 3), np.uint8)).save(folder / f"{number}.png")
    given = {"DATASET": str(folder), "MODELS": "dcgan,cdcgan", "OUT": str(tmp_path)}
    with pytest.raises(UserError, match="its pictures have no classes, and model cdcgan needs their labels"):
        run_compare(asked(given))
    assert not [*tmp_path.rglob("*.jsonl")]


def test_another_budget_is_refused_once_it_has_begun(tmp_path):
    records, machine = Records(tmp_path / "compare.jsonl"), this_machine()
    given = {"DATASET": "digits", "SPACE": str(TINY), "NAME": "tiny"}
    plan = plan_of(asked(given | {"EPOCHS": 20}), records, machine)
    assert 20 == plan.space.compared(1, 0).train.epochs
    records.study(name="tiny", spec=plan.spec(), data={})
    assert 20 == plan_of(asked(given), records, machine).space.compare["epochs"]
    with pytest.raises(UserError, match="begun with EPOCHS=20, not 8"):
        plan_of(asked(given | {"EPOCHS": 8}), records, machine)


@pytest.mark.parametrize("dataset", ["digits", "cifar10", "fashion-mnist"])
def test_every_named_data_set_has_a_training_to_compare_with(tmp_path, dataset):
    plan = plan_of(asked({"DATASET": dataset}), Records(tmp_path / "compare.jsonl"), this_machine())
    whole = plan.space.compared(3, 0, 10)
    assert whole.train.epochs >= 4
    assert compare_methods(whole, ["percentage", "random"], (0.75,), 1000).arms
