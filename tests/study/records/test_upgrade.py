"""Studies of older schemas are read as if they had been begun today, and go on."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ganprune.errors import UserError
from ganprune.methods import identity_of
from ganprune.point import point_id
from study.records.journal import SCHEMA, Records, read
from study.records.paths import StudyPaths
from study.report.write import write_report
from study.settings.arguments import asked
from study.settings.machine import this_machine
from study.settings.plan import make_plan

OLD = Path(__file__).parents[1] / "schema1" / "study.jsonl"  # four trials on digits, two of each kind of recovery
RAW = [json.loads(line) for line in OLD.read_text().splitlines()]


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "old" / "records" / "study.jsonl"
    path.parent.mkdir(parents=True)
    return Path(shutil.copy(OLD, path))


def test_its_settings_say_the_same_in_todays_words():
    for line in RAW:
        if line["kind"] == "asked":
            trial, prune = read(OLD).trials[line["trial"]], line["settings"]["prune"]
            now = trial.settings.prune
            assert ({"threshold": prune["threshold"]}, prune["method"]) == (now.own, now.method)
            steps, rate = prune["finetune_steps"], prune["finetune_rate"]
            assert (steps, rate, bool(steps)) == (now.recovery_steps, now.recovery_rate, now.recovers)
            assert list(line["drawn"].values()) == list(trial.drawn.values())


def test_its_points_and_what_was_scored_again_are_all_there_under_their_ids():
    log = read(OLD)
    ids = [line["point"]["id"] for line in RAW if line["kind"] == "point"]
    assert sorted(ids) == sorted(point.id for point in log.points)
    for point in log.points:
        assert point.id == point_id(point.trial, point.method, {"threshold": point.threshold}, point.epoch)
    assert len(log.confirmed) == sum(line["kind"] == "confirmed" for line in RAW) > 0


@pytest.mark.parametrize(("quality", "known"), [("fcd", True), ("kcd", False)])
def test_what_was_scored_again_by_fcd_counts_where_that_was_asked_for_and_is_done_anew_elsewhere(path, quality, known):
    path.write_text(path.read_text().replace('"quality": "fcd"', f'"quality": "{quality}"'))
    then = [line["confirmed"] for line in RAW if line["kind"] == "confirmed"] if known else []
    now = read(path).confirmed.values()
    assert [("fcd", each["fcd"], each["fcd_lo"], each["fcd_hi"], each["fcd_referee"]) for each in then] == [
        (each.metric, each.score, each.lo, each.hi, each.referee) for each in now
    ]


def test_its_trainings_are_found_in_the_store_by_their_keys():
    for line in RAW:
        if line["kind"] == "asked":
            settings, then = read(OLD).trials[line["trial"]].settings, line["settings"]
            key = identity_of(settings).key
            epochs = {"epochs": then["train"]["epochs"]}
            assert (then["model"], then["train"]) == (key["model"], key["train"] | epochs)


def test_its_report_is_written(path):
    paths = StudyPaths(path.parent.parent)
    write_report(read(path), paths)
    assert "t0001-magnitude-0.8-e20" in (paths.report / "points.csv").read_text()
    assert OLD.read_bytes() == path.read_bytes()


def test_it_goes_on_with_the_same_settings_for_the_same_draws(path):
    records = Records(path)
    spec, data = records.log.header["spec"], records.log.header["data"]
    plan = make_plan(asked({"NAME": "old", "TRIALS": "9"}), spec, this_machine())
    for trial in list(records.log.trials.values()):
        settings = plan.space.settings(trial.drawn, data["channels"], plan.seed, data["classes"])
        assert (trial.settings.prune.own, trial.settings.train.epochs) == (settings.prune.own, settings.train.epochs)
        assert trial.settings.prune.recovers == settings.prune.recovers


def test_what_is_added_is_of_todays_schema_which_an_older_program_refuses(path):
    records = Records(path)
    trial = records.log.trials[0]
    records.call(trials=5, seconds=None, workers=1)
    records.asked(4, trial.settings, trial.drawn)
    point = replace(trial.own, id="t0004-sensitivity-0.75-e20", trial=4, scores={"fcd": 9.0, "skill": 0.5})
    records.point(point)
    records.close()
    assert SCHEMA in [json.loads(line).get("schema") for line in path.read_text().splitlines()[1:]]
    again = read(path)
    assert records.log == again
    assert (trial.settings, [point]) == (again.trials[4].settings, again.trials[4].curve)


@pytest.mark.parametrize("line", ['{"kind": "asked", "trial": 1}', '{"time": 1}', '{"kind": "asked", "settings": 3}'])
def test_a_line_that_is_none_of_its_schema_is_named_by_its_number(path, line):
    path.write_text(f"{json.dumps(RAW[0])}\n{line}\n")
    with pytest.raises(UserError, match=r"study\.jsonl:2 is not a record"):
        read(path)
