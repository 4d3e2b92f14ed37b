"""`make study` as a user meets it: real Ray, Optuna and MLflow in a driver's own process."""

import io
import shutil
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import moocore
import numpy as np
import optuna
import pandas as pd
import psutil
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from PIL import Image

from ganprune.errors import UserError
from study.commands.console import Screen
from study.commands.driver import driving
from study.commands.prepare import load_images
from study.records.journal import read
from study.records.paths import Out
from study.settings.arguments import asked
from study.settings.plan import make_plan
from tests.study.driver import SOON, TINY, Driver, gone, run

pytestmark = pytest.mark.slow

PROMISED = [
    *("point", "trial", "method", "threshold", "epoch", "sparsity", "fcd", "n_samples", "skill", "coverage"),
    *("uqi", "ssim", "ms_ssim", "params", "nonzero_params", "macs", "bytes", "run_id"),
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """OUT of a study of two trials, and of another of one meanwhile, as from a clone in a path with spaces.

    Tests copy it before they change it.
    """
    folder = tmp_path_factory.mktemp("a clone (1)")
    (folder / ".venv").symlink_to(sys.prefix)
    out, python = folder / "my runs", f"{folder}/.venv/bin/python"
    drivers = [Driver(out, python=python, NAME=name, TRIALS=trials) for name, trials in (("tiny", 2), ("other", 1))]
    for status, shown, errors in [driver.finish() for driver in drivers]:
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
    best = eligible[best].sort_values("sparsity")
    apart = ~(best.sparsity.diff() <= 1e-4)  # of points a few weights apart the better quality stands for them
    assert set(front.point) == set(best.point[apart])
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


def test_two_studies_at_once_share_one_store_and_train_the_same_once(finished):
    trials = [read(Out(finished).study(name).records).trials[0] for name in ("tiny", "other")]
    assert trials[0].settings == trials[1].settings
    assert [point.weights for point in trials[0].curve] == [point.weights for point in trials[1].curve]
    shown = 3 * 8 * (1197 // 8)
    assert shown == sum(trial.ended.images for trial in trials)


def test_what_was_left_out_or_changed_is_said_before_pictures_are_counted(tmp_path):
    for split, count in (("train", 57), ("val", 3), ("test", 3)):
        write_pictures(tmp_path / "few" / split, count)
    (tmp_path / "few" / "train" / "phone.heic").write_bytes(b"")
    given = asked({"DATASET": str(tmp_path / "few"), "SPACE": str(TINY), "OUT": tmp_path / "out"})
    shown = io.StringIO()
    with driving(given, Out.study) as driver:
        driver = replace(driver, screen=Screen(shown))
        plan = make_plan(given, None, driver.machine)
        with pytest.raises(UserError, match="DATASET=few: 63 pictures; at least 64 are needed"):
            load_images(plan, driver)
        write_pictures(tmp_path / "few" / "train", 58)
        images = load_images(plan, driver)
    assert images.remarks == (
        "1 .heic was not read",
        "beside train there are too few pictures to compare with: all are divided anew",
    )
    assert all(remark in shown.getvalue() for remark in images.remarks)
    assert "only 6 pictures to compare with: every distance is indicative" in shown.getvalue()


def test_who_is_refused_while_ray_starts_waits_for_nobody_and_leaves_nobody(tmp_path):
    write_pictures(tmp_path / "few", 20)
    status, _, errors = run(tmp_path / "out", DATASET=tmp_path / "few")
    assert (2, 1) == (status, len(errors.splitlines()))
    assert "DATASET=few: 20 pictures" in errors
    assert gone(_begun_with(str(tmp_path / "out")), within=SOON)


def _begun_with(out: str) -> list[psutil.Process]:
    """The driver and what it started, whoever is its parent now."""
    return [each for each in psutil.process_iter() if _environment(each).get("GANPRUNE_OUT") == out]


def _environment(process: psutil.Process) -> dict[str, str]:
    with suppress(psutil.Error):
        return process.environ()
    return {}


def write_pictures(folder: Path, count: int) -> None:
    rng = np.random.default_rng(len(str(folder)))
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.fromarray(rng.integers(0, 256, (16, 16), np.uint8)).save(folder / f"{number}.png")


def test_a_finished_study_says_what_of_its_front_holds(finished):
    paths = Out(finished).study("tiny")
    front = pd.read_csv(paths.report / "pareto.csv")
    assert front[["fcd_report", "fcd_referee", "fcd_file_lo", "fcd_file_hi"]].notna().all(axis=None)
    assert (front.fcd_file_lo <= front.fcd_report).all()
    assert (front.fcd_report <= front.fcd_file_hi).all()
    nulls = set(pd.read_csv(paths.report / "null.csv").name)
    assert {
        "second seed",
        "dense at 16 bits",
        "dense at 8 bits",
        "dense at 4 bits",
        "half width",
        "quarter width",
    } <= nulls


def test_a_store_that_cannot_be_written_is_one_line_and_costs_no_trial(tmp_path):
    (tmp_path / "store").write_text("a file where a folder should be")
    status, _, errors = run(tmp_path, TRIALS=1)
    assert (2, 1) == (status, len(errors.splitlines()))
    assert "store" in errors
    assert not Out(tmp_path).study("tiny").records.exists()
