"""`make study` killed, interrupted and doubled: nothing is lost, nothing is counted twice."""

import json
import signal
import time
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace

import pytest

from ganprune.errors import UserError
from study.records.paths import Out
from study.records.study import StudyLog
from study.workers import runner
from study.workers.runner import patiently
from study.workers.signals import SAME_SECONDS
from tests.study.driver import CONTINUES, SOON, TERMINATED, Driver, gone, run

pytestmark = pytest.mark.slow

TRAIN_FOR_THEMSELVES = """\
samples: 100
model: {width: 8, side: 16}
train: {batch: 32, epoch_images: 320}
search:
  lr_g: {low: 3.0e-4, high: 3.0e-3, log: true}
  epochs: {choices: [4, 16]}
methods:
  regan: {share: {low: 0.3, high: 0.9}, warm_up: {choices: [2]}, phase: {choices: [2]}}
  progressive: {sparsity: {low: 0.3, high: 0.9}, anneal: {choices: [4]}, teacher_epochs: {choices: [4]}}
first:
  - {method: regan, regan.share: 0.5, regan.warm_up: 2, regan.phase: 2, lr_g: 2.0e-3, epochs: 16}
  - method: progressive
    progressive.sparsity: 0.5
    progressive.anneal: 4
    progressive.teacher_epochs: 4
    lr_g: 2.0e-3
    epochs: 16
"""
EPOCH_IMAGES = 320


@dataclass(frozen=True)
class Killed:
    """What was seen of a study whose first worker was killed, then its driver, and that was run again.

    Of trainings that nobody else has, and of a teacher: what was stored goes on.
    """

    told: list[str]  # by the first driver
    workers_ended: bool  # by themselves, when their driver had died
    before: StudyLog  # when it died
    stored: dict[str, int]  # how many epochs each training had come to, when it died
    status: int
    shown: str
    errors: str
    after: StudyLog
    stored_after: dict[str, int]
    lines: list[dict]  # of the records
    ended: bool  # every process


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> Killed:
    out = tmp_path_factory.mktemp("killed")
    (out / "own.yaml").write_text(TRAIN_FOR_THEMSELVES)
    given = {"SPACE": out / "own.yaml", "TRIALS": 2, "WORKERS": 2}
    first = Driver(out, **given)
    first.wait_until(lambda log: first.workers())[0].kill()
    first.wait_until(lambda log: len(log.trials) == 2 and log.open and all(trial.points for trial in log.open))
    started, workers, before = first.processes(), first.workers(), first.log()
    told = first.kill().splitlines()
    workers_ended = gone(workers)
    stored = _stored(out)
    status, shown, errors = run(out, **given)
    lines = [json.loads(line) for line in first.paths.records.read_text().splitlines()]
    # Ray's own helpers notice after a minute
    ended = gone(started)
    return Killed(told, workers_ended, before, stored, status, shown, errors, first.log(), _stored(out), lines, ended)


def _stored(out: Path) -> dict[str, int]:
    files = Out(out).store.glob("*/epoch-*.safetensors")
    return {file.parent.name: int(file.stem.removeprefix("epoch-")) for file in sorted(files)}


def test_a_killed_worker_is_replaced_and_its_trial_goes_on(killed):
    (told,) = (line for line in killed.told if "its worker died" in line)
    assert told.startswith("trial ")
    assert told.endswith("it starts again, 1 of 3")
    assert "failed" not in {trial.ended.state for trial in killed.after.ended}


def test_a_killed_driver_takes_every_process_with_it(killed):
    assert killed.workers_ended
    assert killed.ended


def test_a_killed_driver_loses_nothing_and_counts_nothing_twice(killed):
    assert (killed.status, killed.errors) == (0, ""), killed.shown
    shown = sum(killed.after.trials[trial.number].ended.images for trial in killed.before.open)
    assert shown == EPOCH_IMAGES * sum(killed.stored_after[name] - epoch for name, epoch in killed.stored.items())
    assert sorted(killed.after.trials) == [0, 1]
    assert not killed.after.open
    assert {number: killed.after.trials[number].settings for number in killed.before.trials} == {
        number: trial.settings for number, trial in killed.before.trials.items()
    }
    points = [line["point"] for line in killed.lines if line["kind"] == "point"]
    scored = [(point["id"], point["n_samples"]) for point in points]
    assert len(scored) == len(set(scored))
    assert [line["trial"] for line in killed.lines if line["kind"] == "asked"] == [0, 1]


def test_a_start_of_ray_that_fails_is_tried_again_and_told_in_one_line():
    starts = iter([OSError("busy"), OSError("busy"), None, OSError("busy"), OSError("busy"), OSError("busy")])

    def start() -> None:
        if error := next(starts):
            raise error

    patiently(start)
    with pytest.raises(UserError, match="Ray did not start: busy"):
        patiently(start)


@pytest.mark.parametrize("of_tune", [None, OSError("Tune found the disk full as well")])
def test_what_a_phase_raised_is_raised_as_it_was(monkeypatch, tmp_path, of_tune):
    def tuner(searcher, *given):
        def fit():
            searcher.suggest("one")
            if of_tune:
                raise of_tune

        return SimpleNamespace(fit=fit)

    def suggest():
        raise UserError("cannot write")

    monkeypatch.setattr(runner, "_tuner", tuner)
    monkeypatch.setattr(runner, "_end_ray", lambda: None)
    with pytest.raises(UserError, match="cannot write"):
        runner.conduct([SimpleNamespace(suggest=suggest)], None, tmp_path / "ray")


@dataclass(frozen=True)
class Interrupted:
    """What was seen of a study that got a signal while it ran."""

    out: Path
    listening: list[str]  # addresses
    second: tuple[int, str, str]  # another driver's end, tried meanwhile
    status: int
    errors: str
    ended: bool  # every process, by itself


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory) -> Interrupted:
    """By Ctrl-C; tests below send SIGTERM, which goes the same way."""
    out = tmp_path_factory.mktemp("interrupted")
    driver = Driver(out, TRIALS=2)
    driver.wait_until(lambda log: log.ended)
    processes = driver.processes()
    sockets = [socket for process in processes for socket in process.net_connections("inet")]
    second = run(out, TRIALS=2)
    driver.signal(signal.SIGINT)
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


def test_a_signal_ends_cleanly_with_a_report(interrupted):
    assert (128 + signal.SIGINT, CONTINUES) == (interrupted.status, interrupted.errors)
    assert interrupted.ended
    assert (Out(interrupted.out).study("tiny").report / "index.html").exists()


def test_a_signal_while_it_prepares_ends_at_once(tmp_path):
    driver = Driver(tmp_path, TRIALS=2)
    driver.wait_until(lambda log: driver.paths.log.exists())
    processes = driver.processes()
    driver.process.terminate()
    assert TERMINATED == driver.finish()[::2]
    assert gone(processes, within=SOON)


def test_the_next_call_continues_with_as_many_trials_more_as_it_asks_for_and_a_second_signal_ends_at_once(interrupted):
    paths = Out(interrupted.out).study("tiny")
    before = paths.records.read_bytes()
    driver = Driver(interrupted.out, SPACE=None, TRIALS=3)
    driver.wait_until(lambda log: len(log.ended) == 2 and log.open)
    assert [0, 1, 2] == sorted(driver.log().trials)
    processes = driver.processes()
    driver.process.terminate()
    while driver.process.poll() is None:
        time.sleep(SAME_SECONDS)
        driver.process.terminate()
    assert 143 == driver.finish()[0]
    assert gone(processes, within=SOON)
    assert paths.records.read_bytes().startswith(before)
