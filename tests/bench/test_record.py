"""What is recorded for replays, on a training of a moment."""

import json
from dataclasses import replace

import pytest
import torch

from bench import record
from bench.record import AVERAGED, COLUMNS, DENSE, RAW
from bench.replay.recorded import recorded
from ganprune.metrics import quality
from ganprune.train import Training
from study.settings.arguments import asked
from study.settings.machine import this_machine
from study.settings.plan import Plan, make_plan
from tests.tolerances import ACROSS_PROCESSORS


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The recorded study's, with so few epochs and pictures that it takes a moment."""
    whole = make_plan(asked({"DATASET": record.DATASET, "SPACE": record.SPACE}), None, this_machine())
    epochs = whole.space.search["epochs"].model_copy(update={"choices": [1, 2]})
    prune = whole.space.prune.model_copy(update={"targets": (0.0, 0.5)})
    search = whole.space.search | {"epochs": epochs}
    return replace(whole, space=whole.space.model_copy(update={"samples": 100, "search": search, "prune": prune}))


def test_what_is_committed_was_made_with_this_space_and_these_yardsticks():
    about = json.loads((record.FOLDER / f"{record.DATASET}.json").read_text())
    whole = make_plan(asked({"DATASET": record.DATASET, "SPACE": record.SPACE}), None, this_machine())
    search, report = record.evaluators(whole)
    assert about["data"] == search.images.fingerprint
    assert about["features"] == search.net.hash
    found = {"search": search.gaussian, "report": report.gaussian}
    assert about["fcd_gaussian"] == pytest.approx(found, rel=ACROSS_PROCESSORS)
    assert about["grid"] == {name: record.values(whole, name) for name in ("lr_g", "lr_ratio")}
    assert about["epochs"] == whole.space.epochs


def test_report_pictures_and_latents_are_not_those_of_the_search(plan):
    search, report = record.evaluators(plan)
    assert not torch.equal(search.inputs["latents"], report.inputs["latents"])
    assert not torch.equal(*(each.real["classifier"].rows for each in (search, report)))


def test_every_method_and_kind_of_weights_gets_its_curve(plan, monkeypatch):
    monkeypatch.setattr(quality, "diverged", lambda *_: False)
    search, report = record.evaluators(plan)
    drawn = {"lr_g": 1e-3, "lr_ratio": 2.0, "epochs": 2}
    settings = plan.space.settings(drawn, 1, plan.seed)
    training = Training(settings.model, settings.train)
    training.train_epoch(search.pixels)
    rows = list(record.points(plan, training, drawn, search, report))
    assert {(row["weights"], row["method"]) for row in rows} == {
        (weights, method) for weights in (AVERAGED, RAW) for method in (DENSE, *plan.space.methods)
    }
    assert all(set(COLUMNS) <= row.keys() for row in rows)
    assert {round(row["sparsity"], 2) for row in rows} == {0.0, 0.5}


def test_what_is_written_is_read_back_and_what_is_missing_counts_as_diverged(plan, monkeypatch, tmp_path):
    monkeypatch.setattr(record, "PARTS", tmp_path / "parts")
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    monkeypatch.setattr(quality, "diverged", lambda *_: False)
    record.record(plan, (1e-3, 1.0))
    part = json.loads(record.part((1e-3, 1.0)).read_text())
    record.write(plan, [part])
    table = recorded(folder=tmp_path).table
    row = next(row for row in part["rows"] if (row["epoch"], row["method"], row["weights"]) == (2, "magnitude", RAW))
    found = table.curve(1e-3, 1.0, 2, "magnitude", RAW).at(row["sparsity"])
    assert found == pytest.approx({name: row[name] for name in COLUMNS}, rel=1e-4)
    assert table.curve(3e-3, 7.5, 2, "magnitude", RAW) is None
