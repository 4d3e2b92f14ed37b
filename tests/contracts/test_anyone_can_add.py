"""Whatever is put on a shelf, in one line, goes all the way: a study of guests alone, killed, continued, told, shipped.

In one process, and so without Ray: its workers would not know of guests that only this process has.
"""

import time
from collections.abc import Sequence
from functools import partial

import numpy as np
import onnxruntime
import pandas as pd
import pytest
import torch
from mlflow import MlflowClient

from ganprune.data import DATASETS
from ganprune.export import load_generator
from ganprune.losses import LOSSES
from ganprune.methods import METHODS
from ganprune.metrics import METRICS, Metric
from ganprune.models import MODELS
from ganprune.models.gan import pictures
from ganprune.null_names import GAUSSIAN
from ganprune.onnx_file import example_inputs
from ganprune.recovery import RECOVERIES
from study.commands import driver, prepare, run
from study.commands.again import report_again
from study.commands.export import export_point
from study.records.journal import read
from study.records.paths import Out, StudyPaths
from study.records.study import StudyLog
from study.search.jobs import Wait
from study.search.phase import Phase
from study.settings.arguments import Asked, asked
from study.tracking.server import default_uri
from study.workers.crew import Processes
from study.workers.story import safely
from tests.contracts import guests

pytestmark = pytest.mark.slow

SPACE = """\
samples: 60
model: {name: residual, width: 4, latent: 8, side: 16}
train: {loss: penalised, batch: 16, d_steps: 2}
prune: {recovery: anchored, recovery_steps: 3, targets: [0, 0.5]}
search:
  lr_g: {low: 1.0e-4, high: 1.0e-2, log: true}
  epochs: {choices: [2, 4]}
methods:
  switching: {share: {low: 0.1, high: 0.9}, period: {choices: [3, 5]}}
  magnitude: {threshold: {low: 0.5, high: 0.99}}
  channels: {threshold: {low: 0.1, high: 0.9}}
first:
  - {method: switching, switching.share: 0.6, switching.period: 5, lr_g: 1.0e-3, epochs: 4}
  - {method: magnitude, magnitude.threshold: 0.8, lr_g: 1.0e-3, epochs: 2}
  - {method: channels, channels.threshold: 0.3, lr_g: 1.0e-3, epochs: 2}
"""
BRIGHTNESS = "tests.contracts.guests:brightness"
HEARD = 4  # events before it is killed: two epochs, a point, an epoch; in the middle of a period of the masks


class Killed(BaseException):
    """Nothing of ours catches it, as nothing catches a kill."""


class InProcess:
    """Does what Ray's workers do, one job after another; is killed once so many events were heard."""

    def __init__(self, until: int | None = None):
        self.heard, self._until = [], until

    def __call__(self, phases: Sequence[Phase], crew: Processes, *args, **named) -> None:
        for phase in phases:
            while (job := phase.suggest()) is not None:
                assert not isinstance(job, Wait)
                for event in safely(partial(job.run, crew.evaluator)):
                    phase.on_events(job.number, [event])
                    self._hear(event)

    def _hear(self, event: object) -> None:
        self.heard.append(event)
        if len(self.heard) == self._until:
            raise Killed


@pytest.fixture(scope="module")
def put_on_their_shelves():
    """A line each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DATASETS, "stripes", guests.stripes)
        patch.setitem(MODELS, "residual", guests.Residual)
        patch.setitem(LOSSES, "penalised", guests.Penalised())
        patch.setitem(METHODS, "switching", guests.Switching())
        patch.setitem(RECOVERIES, "anchored", guests.anchored)
        patch.setitem(METRICS, "brightness", Metric("Brightness", "lower", "quality", BRIGHTNESS, "pixels"))
        yield


@pytest.fixture(scope="module")
def in_process():
    """Ray is not started, and whatever a few steps come to may stand on the front."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver, "start_here", lambda workers: None)
        patch.setattr(prepare, "BEGAN", time.time())
        patch.setattr("ganprune.metrics.quality.eligible", lambda *given: True)
        patch.setattr("ganprune.metrics.quality.diverged", lambda *given: False)
        yield patch


@pytest.fixture(scope="module")
def given(tmp_path_factory, put_on_their_shelves) -> Asked:
    folder = tmp_path_factory.mktemp("guests")
    (folder / "guests.yaml").write_text(SPACE)
    return asked(
        {
            "DATASET": "stripes",
            "SPACE": str(folder / "guests.yaml"),
            "QUALITY": "brightness",
            "TRIALS": 3,
            "TIME": "19m",  # too little for a referee, which would take most of this test
            "WORKERS": 1,
            "OUT": folder / "runs",
        }
    )


@pytest.fixture(scope="module")
def paths(given) -> StudyPaths:
    return Out(given.out.resolve()).study("stripes")


@pytest.fixture(scope="module")
def killed(put_on_their_shelves, in_process, given, paths) -> StudyLog:
    """The records of a study whose driver was lost in its first trial."""
    in_process.setattr(run, "conduct", InProcess(until=HEARD))
    with pytest.raises(Killed):
        run.run_study(given)
    return read(paths.records)


@pytest.fixture(scope="module")
def log(killed, in_process, given, paths) -> StudyLog:
    """The same after it was run again, to its end."""
    in_process.setattr(run, "conduct", InProcess())
    run.run_study(given)
    return read(paths.records)


def _settings(log: StudyLog, method: str):
    return next(trial.settings for trial in log.trials.values() if trial.settings.prune.method == method)


def test_all_of_them_were_at_work(log):
    assert "stripes" == log.header["data"]["name"]
    settings = [trial.settings for trial in log.trials.values()]
    assert {("residual", "penalised", "anchored")} == {
        (each.model.name, each.train.loss, each.prune.recovery) for each in settings
    }
    assert ["switching", "magnitude", "channels"] == [each.prune.method for each in settings]
    assert {3} == {each.model.classes for each in settings}


def test_every_trial_came_to_its_end_with_points(log):
    assert ["completed"] * 3 == [trial.ended.state for trial in log.trials.values()]
    assert [2, 3, 3] == [len(trial.points) for trial in log.trials.values()]
    for point in log.points:
        assert np.isfinite([point.scores["fcd"], point.scores["brightness"]]).all()


def test_what_is_searched_for_is_the_metric_of_whoever_brought_it_and_skill_is_held_against_its_gaussian(log):
    assert "brightness" == log.objectives.quality.metric
    gaussian = log.nulls[GAUSSIAN, None].scores["brightness"]
    for point in log.points:
        assert 1 - point.scores["brightness"] / gaussian == pytest.approx(point.scores["skill"])


def test_killed_and_continued_it_lost_nothing_and_did_nothing_twice(killed, log):
    assert [0] == [trial.number for trial in killed.open]
    before = killed.trials[0]
    assert before.settings == log.trials[0].settings
    assert before.points.items() <= log.trials[0].points.items()
    assert [2, 4] == [point.epoch for point in log.trials[0].points.values()]


def test_the_report_tells_of_them_and_is_made_again_from_the_records_alone(log, given, paths):
    page = report_again(given)
    assert "switching" in page.read_text()
    assert "brightness" in pd.read_csv(paths.report / "pareto.csv")
    points = pd.read_csv(paths.report / "points.csv")
    assert {point.id for point in log.points} == set(points["point"])
    assert points.loc[points["method"] == "switching", "threshold"].isna().all()


def test_mlflow_has_a_run_a_trial_with_its_settings_and_all_of_its_points(log, given):
    client = MlflowClient(tracking_uri=default_uri(Out(given.out.resolve())))
    for trial in log.trials.values():
        found = client.get_run(log.runs[trial.number])
        assert trial.settings.prune.method == found.data.params["method"]
        logged = [name for name in found.data.metrics if name.startswith("curve") and name.endswith("/brightness")]
        shown = [each for name in logged for each in client.get_metric_history(found.info.run_id, name)]
        assert {point.scores["brightness"] for point in trial.points.values()} == {each.value for each in shown}
    assert "0.6" == client.get_run(log.runs[0]).data.params["share"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_exported_it_draws_in_onnxruntime_what_was_scored(log, given, paths, number):
    """As it passed, recovered, and smaller."""
    trial = log.trials[number]
    point = list(trial.points.values())[-1]
    folder = export_point(given.model_copy(update={"point": point.id}), lambda text: None)
    inputs = example_inputs(trial.settings.model, 4)
    session = onnxruntime.InferenceSession(folder / "generator.onnx", providers=["CPUExecutionProvider"])
    (drawn,) = session.run(["pictures"], {name: tensor.numpy() for name, tensor in inputs.items()})
    assert (4, 1, 16, 16) == drawn.shape
    assert (pictures(load_generator(folder), inputs) - torch.from_numpy(drawn)).abs().max() < 1e-3
