"""A study of eight trials that MLflow has, and the same where nothing is logged yet."""

import copy
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from bench.synthetic import write_study
from study.records.paths import Out, StudyPaths
from study.records.study import StudyLog
from tests.study.tracking.mlflow_store import DIVERGED, TRIALS, sync


@pytest.fixture(scope="session")
def logged(tmp_path_factory, empty_store) -> tuple[Out, StudyLog]:
    """A study of eight trials, one diverged, with a strip for every point, in MLflow. To be read only."""
    out = Out(tmp_path_factory.mktemp("logged"))
    shutil.copy(empty_store, out.root)
    paths = out.study("synthetic")
    log = write_study(paths.records, TRIALS).log
    log.trials[DIVERGED].ended = replace(log.trials[0].ended, state="diverged", reason="loss is not finite")
    log.trials[DIVERGED].points.clear()
    draw_strips(log, paths)
    paths.report.mkdir()
    (paths.report / "index.html").write_text("report")
    sync(log, paths)
    return out, log


@pytest.fixture
def out(tmp_path, empty_store) -> Out:
    shutil.copy(empty_store, tmp_path)
    return Out(tmp_path)


@pytest.fixture
def paths(out, logged) -> StudyPaths:
    """The same study where nothing is logged yet."""
    shutil.copytree(logged[0].study("synthetic").root, out.study("synthetic").root)
    return out.study("synthetic")


@pytest.fixture
def log(logged) -> StudyLog:
    return copy.deepcopy(logged[1])


def draw_strips(log: StudyLog, paths: StudyPaths) -> None:
    paths.samples.mkdir(parents=True)
    for point in log.points:
        Image.fromarray(np.zeros((8, 32), np.uint8)).save(paths.samples / f"{point.id}.png")
