"""A small search space, and points and trials as a study would have them, without any training."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import Field, PositiveInt

from ganprune.config import PruneSettings, TrialSettings
from ganprune.hooks import TrainingHook
from ganprune.methods import METHODS
from ganprune.point import Point, Scored, point_id
from ganprune.settings import Settings
from study.records.paths import StudyPaths
from study.search.jobs import Job
from study.settings.plan import Plan
from study.settings.space import Space
from study.settings.space_file import parse_space
from tests.study.calls import calls

SPACE = """\
about: a few settings
budget: 1m
model: {width: 8, side: 16, latent: 8}
train: {batch: 32}
prune: {recovery: finetune}
search:
  lr_g: {low: 1.0e-4, high: 1.0e-2, log: true, per_decade: 8}
  lr_ratio: {low: 0.5, high: 8, log: true}
  epochs: {choices: [2, 4]}
  recovery_steps: {choices: [0, 10]}
  recovery_rate: {low: 0.1, high: 1, log: true, when: recovery_steps}
methods:
  percentage: {threshold: {low: 30, high: 98}}
  magnitude: {threshold: {low: 0.5, high: 0.99}}
first:
  - {method: percentage, percentage.threshold: 50, lr_g: 3.0e-4, lr_ratio: 1.5, epochs: 2, recovery_steps: 0}
"""


@pytest.fixture(scope="session")
def space() -> Space:
    return parse_space(SPACE, Path("small.yaml"))


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory) -> Path:
    """A database with MLflow's tables: to make them takes seconds."""
    from study.tracking.client import MlflowClient  # here, because it takes seconds, too

    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    MlflowClient(tracking_uri=f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def plan(space) -> Plan:
    """Six trials, no limit of time."""
    return Plan(
        name="toy",
        dataset="digits",
        space_name="small",
        space=space,
        quality="fcd",
        seed=0,
        trials=6,
        seconds=None,
        workers=2,
        data_dir=Path("data"),
        sized_for_cpu=False,
    )


@pytest.fixture
def scored() -> Callable[..., Point]:
    """A point of a trial at a threshold: sparsity and fcd are made up, but agree with each other."""

    def make(trial: int, settings: TrialSettings, threshold: float, target: float | None, **scores: float) -> Point:
        method = settings.prune.method
        sparsity = threshold / 100 if method == "percentage" else threshold
        return Point(
            id=point_id(trial, method, {"threshold": threshold}, settings.train.epochs),
            trial=trial,
            method=method,
            threshold=threshold,
            epoch=settings.train.epochs,
            target=target,
            sparsity=sparsity,
            sparsity_all=sparsity,
            layers={"layers.0": sparsity},
            scores={"fcd": 5 + sparsity**4 + 0.01 * trial, "skill": 0.5, "coverage": 0.5, **scores},
            drift={},
            fcd_stale=6.0,
            n_samples=1000,
            eligible=True,
            weights="0" * 16,
            seconds=0.5,
        )

    return make


@pytest.fixture
def paths(tmp_path) -> StudyPaths:
    return StudyPaths(tmp_path / "toy")


@pytest.fixture
def call(plan, paths):
    return calls(plan, paths)


class Switching:
    """A method that acts while a GAN trains, and has no threshold."""

    class Settings(Settings):
        share: float = Field(0.5, gt=0, lt=1)
        every: PositiveInt = 2

    class Hook(TrainingHook):
        def __init__(self, own: dict):
            self._own = own

        def key(self) -> dict:
            return self._own

    owns_training, structured = True, False

    @staticmethod
    def refusal(settings: TrialSettings) -> None:
        return None

    @classmethod
    def hooks(cls, prune: PruneSettings) -> dict[str, TrainingHook]:
        return {"switch": cls.Hook(prune.own)}


@pytest.fixture
def switching(monkeypatch, space) -> Space:
    """A space with such a method on the shelf."""
    monkeypatch.setitem(METHODS, "switching", Switching)
    own = "switching: {share: {low: 0.1, high: 0.9}, every: {choices: [1, 2]}}"
    return parse_space(SPACE.replace("methods:", f"methods:\n  {own}"), Path("small.yaml"))


@pytest.fixture
def points(scored):
    """What a trial would yield, dense model first."""

    def make(job: Job, weights: bytes | None = None) -> list[Scored]:
        low, high = (30.0, 98.0) if job.settings.prune.method == "percentage" else (0.5, 0.9)
        thresholds = [(0.0, 0.0), (job.settings.prune.own["threshold"], None), (low, 0.3), (high, 0.9)]
        return [Scored(scored(job.number, job.settings, *each), b"png", weights) for each in thresholds]

    return make
