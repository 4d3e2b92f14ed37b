"""`make study` as a user meets it: real Ray, Optuna and MLflow in a driver's own process."""

import json
import shutil
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import moocore
import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from study.paths import Out
from study.records import read
from tests.study.driver import Driver, gone, run

pytestmark = pytest.mark.slow

PROMISED = [
    *("point", "trial", "method", "threshold", "epoch", "sparsity", "fcd", "n_samples", "skill", "coverage"),
    *("uqi", "ssim", "ms_ssim", "params", "nonzero_params", "macs", "bytes", "run_id"),
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """OUT of a study of three trials; tests copy it before they change it."""
    out = tmp_path_factory.mktemp("finished")
    status, shown, errors = run(out, TRIALS=3)
    assert (status, errors) == (0, ""), shown
    return out


@pytest.fixture
def out(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "out")


def test_a_study_leaves_what_is_promised(finished):
    paths = Out(finished).study("tiny")
    for name in ("index.html", "pareto.csv", "points.csv", "null.csv", "pareto.json", "front.png", "front.pdf"):
        assert (paths.report / name).stat().st_size > 0
    assert paths.log.exists()
    assert not paths.scratch.exists()


def test_the_front_is_the_non_dominated_set_of_the_eligible_points(finished):
    report = Out(finished).study("tiny").report
    front, points = pd.read_csv(report / "pareto.csv"), pd.read_csv(report / "points.csv")
    assert list(front.columns[: len(PROMISED)]) == PROMISED
    eligible = points[points.eligible]
    best = moocore.is_nondominated(np.c_[-eligible.sparsity, eligible.fcd], keep_weakly=False)
    assert set(front.point) == set(eligible.point[best])
    assert front.run_id.notna().all()


def test_every_point_has_its_pictures(finished):
    paths = Out(finished).study("tiny")
    points = read(paths.records).points
    assert points
    assert all((paths.samples / f"{point.id}.png").exists() for point in points)


def test_the_journal_opens_in_optuna_and_no_trial_is_left_running(finished):
    file = Out(finished).study("tiny").journal
    study = optuna.load_study(study_name="tiny", storage=JournalStorage(JournalFileBackend(str(file))))
    assert study.trials
    assert all(trial.state.is_finished() for trial in study.trials)


def test_asking_for_more_trials_continues_the_study(out):
    paths = Out(out).study("tiny")
    before = paths.records.read_bytes()
    assert run(out, SPACE=None, TRIALS=4)[0] == 0
    assert paths.records.read_bytes().startswith(before)
    assert len(read(paths.records).ended) == 4


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"SEED": 7}, "SEED=0, not 7"),
        ({"QUALITY": "kcd"}, "QUALITY=fcd, not kcd"),
        ({"SPACE": "digits-cpu"}, "its samples is 100, now 1000"),
    ],
)
def test_what_may_not_differ_from_the_beginning_is_refused(out, given, told):
    status, _, errors = run(out, **({"SPACE": None} | given))
    assert status == 2
    assert told in errors
    assert len(errors.splitlines()) == 1


def test_a_killed_driver_loses_nothing_and_counts_nothing_twice(tmp_path):
    first = Driver(tmp_path, TRIALS=3)
    first.wait_until(lambda log: log.points and log.open)
    started, workers = first.processes(), first.workers()
    before = first.log()
    first.kill()
    assert gone(workers)
    status, shown, errors = run(tmp_path, TRIALS=3)
    assert (status, errors) == (0, ""), shown
    after = first.log()
    assert sorted(after.trials) == [0, 1, 2]
    assert not after.open
    assert {number: after.trials[number].settings for number in before.trials} == {
        number: trial.settings for number, trial in before.trials.items()
    }
    lines = [json.loads(line) for line in first.paths.records.read_text().splitlines()]
    scored = [line["point"]["id"] for line in lines if line["kind"] == "point"]
    assert len(scored) == len(set(scored))
    assert [line["trial"] for line in lines if line["kind"] == "asked"] == [0, 1, 2]
    assert gone(started)  # Ray's own helpers notice after a minute


def test_a_killed_worker_is_replaced_and_its_trial_goes_on(tmp_path):
    driver = Driver(tmp_path, TRIALS=2)
    driver.wait_until(lambda log: driver.workers())
    driver.workers()[0].kill()
    status, shown, errors = driver.finish()
    assert (status, errors) == (0, ""), shown
    assert {trial.ended.state for trial in driver.log().ended} <= {"completed", "diverged"}
    assert len(driver.log().ended) == 2


@dataclass(frozen=True)
class Interrupted:
    """What was seen of a study that got Ctrl-C while it ran."""

    out: Path
    listening: list[str]  # addresses
    second: tuple[int, str, str]  # another driver's end, tried meanwhile
    status: int
    errors: str
    ended: bool  # every process, by itself


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory) -> Interrupted:
    out = tmp_path_factory.mktemp("interrupted")
    driver = Driver(out, TRIALS=2)
    driver.wait_until(lambda log: log.points)
    processes = driver.processes()
    sockets = [socket for process in processes for socket in process.net_connections("inet")]
    second = run(out, TRIALS=2)
    driver.interrupt()
    status, _, errors = driver.finish()
    listening = [socket.laddr.ip for socket in sockets if socket.status == "LISTEN"]
    return Interrupted(out, listening, second, status, errors, gone(processes))


def test_nothing_listens_beyond_loopback(interrupted):
    addresses = [ip_address(address) for address in interrupted.listening]
    assert addresses
    assert all((getattr(address, "ipv4_mapped", None) or address).is_loopback for address in addresses)


def test_a_second_driver_is_refused(interrupted):
    status, _, errors = interrupted.second
    assert status == 2
    assert "is working on this study" in errors


def test_ctrl_c_ends_cleanly(interrupted):
    assert interrupted.status == 130
    assert "Traceback" not in interrupted.errors
    assert interrupted.ended


def test_after_ctrl_c_the_next_call_continues(interrupted):
    assert run(interrupted.out, SPACE=None)[0] == 0
    assert len(read(Out(interrupted.out).study("tiny").records).ended) == 2
