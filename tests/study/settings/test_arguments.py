"""The variables of `make study`: what is given is checked, what is empty was not given."""

import os
from pathlib import Path

import pytest

from ganprune.errors import UserError
from study.records.paths import Out
from study.settings.arguments import asked, spelled, writable


def _refusal(**variables: str) -> str:
    with pytest.raises(UserError) as refused:
        asked(variables).study_name  # noqa: B018
    (line,) = str(refused.value).splitlines()
    return line


@pytest.mark.parametrize("trials", ["0", "-1", "abc", "1.5", "1e3", " "])
@pytest.mark.parametrize("variable", ["TRIALS", "WORKERS"])
def test_a_number_that_is_none_is_refused(variable, trials):
    assert _refusal(**{variable: trials}).startswith(f"{variable}={trials}: give a whole number from 1")


@pytest.mark.parametrize("time", ["soon", "10", "0m", "-5m", "5 minutes", "m", "1h30m"])
def test_a_time_that_is_none_is_refused_with_an_example(time):
    told = _refusal(TIME=time)
    assert told.startswith(f"TIME={time}: ")
    assert "10m" in told


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("1.5h", 5400), ("1d", 86400), (" 2h ", 7200)]
)
def test_durations_are_read(text, seconds):
    assert seconds == asked({"TIME": text}).time


@pytest.mark.parametrize(
    ("seconds", "text"), [(170.0, "170s"), (600, "10m"), (5400, "90m"), (7200, "2h"), (0.5, "0.5s")]
)
def test_durations_are_spelled_as_they_are_read(seconds, text):
    assert spelled(seconds) == text
    assert seconds == asked({"TIME": text}).time


@pytest.mark.parametrize("name", ["a/b", "..", "../up", ".hidden", "-rf", "with space", "ä", "x" * 101, "new\nline"])
def test_a_name_that_is_no_folder_name_is_refused(name):
    with pytest.raises(UserError) as refused:
        asked({"NAME": name})
    told = " ".join(str(refused.value).split())
    assert told.startswith("NAME=")
    assert "a name has letters, digits" in told


@pytest.mark.parametrize("part", [Out.store, Out.mlflow_db, Out.mlflow_artifacts])
def test_a_name_that_out_itself_uses_is_refused(part, tmp_path):
    used = part.fget(Out(tmp_path)).name
    assert _refusal(NAME=used).startswith(f"NAME={used}: ")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused(port):
    assert f"PORT={port}: give a number from 1 to 65535" == _refusal(PORT=port)


def test_a_misspelt_quality_is_told_the_near_one():
    assert "QUALITY=FCD: take fcd" == _refusal(QUALITY="FCD")


def test_an_unknown_quality_is_told_which_there_are():
    told = _refusal(QUALITY="beauty")
    assert told.startswith("QUALITY=beauty: ")
    assert all(name in told for name in ("fcd", "kcd", "fid", "kid"))


def test_costs_are_told_alike_and_two_objectives_of_one_kind_refused():
    assert "COST=mac: take macs" == _refusal(COST="mac")
    assert "there are: sparsity, params, macs, bytes, latency" in _refusal(COST="beauty")
    for wrong in ({"COST": "fcd"}, {"QUALITY": "macs"}):
        told = _refusal(**wrong)
        assert "two of one weigh nothing; there are: " in told


@pytest.mark.parametrize("seed", ["abc", "1.5"])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    assert _refusal(SEED=seed).startswith(f"SEED={seed}: ")


def test_a_negative_seed_and_zero_are_seeds():
    assert (-3, 0) == (asked({"SEED": "-3"}).seed, asked({"SEED": "0"}).seed)


def test_an_empty_variable_counts_as_not_given():
    assert asked({}) == asked({"TRIALS": "", "TIME": None, "NAME": "", "SEED": ""})


def test_nothing_given_leaves_everything_to_the_study_and_the_machine():
    given = asked({})
    decided = given.model_dump(exclude={"data_dir", "out", "port"})
    assert {None} == set(decided.values())
    assert "digits" == given.study_name


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"DATASET": "cifar10"}, "cifar10"),
        ({"DATASET": "cifar10", "NAME": "mine"}, "mine"),
        ({"DATASET": "/data/faces.zip"}, "faces"),
        ({"DATASET": "some/flowers/"}, "flowers"),
    ],
)
def test_a_study_is_named_after_its_data_unless_named(variables, name):
    assert name == asked(variables).study_name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/my pics (1)", "my-pics-1"),
        ("/data/Été à la mer.zip", "Ete-a-la-mer"),
        ("/data/.hidden", "hidden"),
        ("/data/caf\udce9s", "cafs"),  # bytes that are no UTF-8, as Python has them
        ("/data/\u5199\u771f", "pictures"),
        ("/data/" + 120 * "x", 100 * "x"),
        ("/data/store", "store-study"),
    ],
)
def test_any_path_gives_a_name_that_a_study_may_have(path, name):
    derived = asked({"DATASET": path}).study_name
    assert name == derived == asked({"NAME": derived}).name


@pytest.mark.parametrize("variable", ["OUT", "DATA_DIR"])
def test_a_home_is_found_or_that_there_is_none_is_told(variable, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    assert Path("/home/ann/x") == getattr(asked({variable: "~/x"}), variable.lower())
    assert f"{variable}=~nosuch/x: ~nosuch is nobody's home; give the path of a folder" == _refusal(
        **{variable: "~nosuch/x"}
    )


def test_a_folder_is_made_where_there_is_none_and_nothing_is_left_in_it(tmp_path):
    out = writable(tmp_path / "a" / "b")
    assert out.is_dir()
    assert out.is_absolute()
    assert [] == list(out.iterdir())


def test_an_out_that_is_a_file_is_refused_in_one_line(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(UserError, match=f"OUT={file}: .*; give a folder"):
        writable(file)


def test_an_out_whose_links_lead_in_a_circle_is_refused_in_one_line(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UserError, match=r"OUT=.*loop: .*; give a folder"):
        writable(tmp_path / "loop")


@pytest.mark.skipif(not os.path.isdir("/proc/1"), reason="no /proc, in which even root can't write")
def test_an_out_that_cannot_be_written_to_is_refused_in_one_line():
    with pytest.raises(UserError, match=r"OUT=/proc/1: .*; give a folder"):
        writable(Path("/proc/1"))
