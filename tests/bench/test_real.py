"""When a study has what another one had at its end: the clock of the real comparison."""

import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import real
from bench.yardstick import Mark, marks, write
from ganprune.data import load
from study.analysis.pareto import hypervolume

points = st.builds(
    Mark,
    time=st.floats(0, 100),
    sparsity=st.floats(0, 0.99),
    scores=st.fixed_dictionaries({"skill": st.floats(-1, 1)}),
    eligible=st.booleans(),
)
studies = st.lists(points, max_size=12).map(lambda found: sorted(found, key=lambda mark: mark.time))


def mark(time: float, sparsity: float, skill: float, eligible: bool = True) -> Mark:
    return Mark(time, sparsity, {"skill": skill}, eligible)


@given(studies, st.floats(0.001, 1))
def test_the_target_is_reached_by_the_points_until_then_and_not_by_those_before(found, target):
    seconds = real.seconds_to(found, target, began=0)
    if seconds is None:
        assert hypervolume(found) < target
    else:
        assert hypervolume([mark for mark in found if mark.time <= seconds]) >= target
        assert hypervolume([mark for mark in found if mark.time < seconds]) < target


@given(studies)
def test_a_study_reaches_its_own_end_unless_it_found_nothing(found):
    target = hypervolume(found)
    assert (target == 0) or real.seconds_to(found, target, began=0) <= found[-1].time


def test_a_point_that_may_not_stand_on_the_front_brings_no_one_nearer():
    found = [mark(10, 0.9, 0.5, eligible=False), mark(20, 0.5, 0.5), mark(30, 0.9, 0.5)]
    assert 25 == real.seconds_to(found, hypervolume(found), began=5)


@pytest.mark.parametrize(
    ("race", "naive", "competent"),
    [
        (real.Race(naive=400, competent=130, ours=100, limit=450), (4.0, True), (1.3, True)),
        (real.Race(naive=200, competent=None, ours=100, limit=450), (2.0, False), (4.5, True)),  # a lower bound
        (real.Race(naive=400, competent=130, ours=None, limit=450), (400 / 450, False), (130 / 450, False)),
        (real.Race(naive=None, competent=None, ours=None, limit=450), (None, None), (None, None)),
    ],
)
def test_who_does_not_get_there_counts_with_the_limit_and_nothing_to_get_to_is_no_figure(race, naive, competent):
    one = real.saved("a", race.naive, race, real.REACH_NAIVE)
    other = real.saved("b", race.competent, race, real.REACH_COMPETENT)
    assert naive == (one.value, one.reached)
    assert competent == (other.value, other.reached)


def test_records_being_written_are_read_as_far_as_they_are_whole(tmp_path):
    records = tmp_path / "records" / "study.jsonl"
    assert [] == marks(records)
    write(records, "point", 7.0, point={"sparsity": 0.5, "scores": {"skill": 0.4}, "eligible": True, "trial": 0})
    write(records, "ended", 8.0, trial=0, images=100)
    with records.open("a") as file:
        file.write('{"kind": "point", "time": 9.0, "poi')
    assert [mark(7.0, 0.5, 0.4)] == marks(records)


PRETENDER = """
import os, subprocess, sys, time
from pathlib import Path
from bench.yardstick import write
assert os.environ.get("GANPRUNE_TRIALS") is None, "a variable of whoever runs the evaluator"
records = Path(os.environ["GANPRUNE_OUT"]) / os.environ["GANPRUNE_NAME"] / "records" / "study.jsonl"
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
Path(os.environ["GANPRUNE_OUT"], "child").write_text(str(child.pid))
for skill in map(float, os.environ["GANPRUNE_SKILLS"].split()):
    point = {"sparsity": 0.9, "scores": {"skill": skill}, "eligible": True}
    write(records, "point", time.time(), point=point)
sys.exit(3) if os.environ["GANPRUNE_AFTER"] == "fails" else time.sleep(600)
"""


@pytest.fixture
def pretend(tmp_path, monkeypatch):
    """A study of points at once, in a process of its own with a child, that then sleeps or fails."""
    (tmp_path / "pretender.py").write_text(PRETENDER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("GANPRUNE_TRIALS", "7")
    monkeypatch.setattr(real, "SETTLE_SECONDS", 0.2)

    def race(skills: str, target: float, limit: float, after: str = "sleeps") -> float | None:
        variables = {"SKILLS": skills, "AFTER": after}
        return real.raced(("pretender",), tmp_path / "out", variables, target, limit)

    return race


def child_of(folder: Path) -> int:
    return int((folder / "out" / "child").read_text())


@pytest.mark.slow
def test_a_study_that_is_there_is_timed_and_ended_with_all_its_processes(pretend, tmp_path):
    started = time.time()
    seconds = pretend("0.1 0.4", hypervolume([mark(0, 0.9, 0.4)]), limit=300)
    assert 0 < seconds < time.time() - started < 300
    assert not psutil.pid_exists(child_of(tmp_path)) or psutil.Process(child_of(tmp_path)).status() == "zombie"


@pytest.mark.slow
def test_a_study_that_does_not_get_there_is_ended_at_the_limit(pretend):
    assert pretend("0.1", hypervolume([mark(0, 0.9, 0.4)]), limit=1) is None


@pytest.mark.slow
def test_a_study_that_fails_is_no_slow_one(pretend):
    with pytest.raises(RuntimeError, match="pretender failed"):
        pretend("0.1", hypervolume([mark(0, 0.9, 0.4)]), limit=300, after="fails")


def test_without_data_it_says_what_it_would_need_and_takes_digits(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(real, "data_dir", lambda: None)
    assert "digits" == real.contest(tmp_path)["DATASET"]
    assert "cifar10.zip" in capsys.readouterr().out


def test_the_small_data_set_is_read_back_as_it_was(small_data, tmp_path, monkeypatch):
    monkeypatch.setattr(real, "TRAINED_ON", 60)
    whole = load("cifar10", small_data, side=32)
    real.write_zip(whole, tmp_path / "cifar10.zip")
    small = load("cifar10", tmp_path, side=32)
    assert (60, len(whole.search), len(whole.report)) == (len(small.train), len(small.search), len(small.report))
    assert {p.tobytes() for p in whole.train.pixels[:60]} == {p.tobytes() for p in small.train.pixels}
    assert np.bincount(small.train.labels).tolist() == [6] * 10
