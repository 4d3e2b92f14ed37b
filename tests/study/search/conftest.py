"""Optuna's side of a study, ended trials that it may be told, and pictures for which no network ships."""

from dataclasses import replace
from pathlib import Path

import pytest

from ganprune.data import load
from ganprune.data.images import Images
from ganprune.metrics import feature_training
from ganprune.objective import Objectives
from study.records.study import Ended, TrialLog
from study.search.optuna_study import OptunaStudy
from study.settings.policy import Policy

TARGETS = (0.0, 0.5, 0.75, 0.875, 0.9375, 0.97, 0.985)
POLICY = Policy()


@pytest.fixture
def journal(tmp_path) -> Path:
    return tmp_path / "toy" / "optuna.journal"


@pytest.fixture
def advisor_of(space, journal):
    journal.parent.mkdir()

    def make(known: list[TrialLog] = (), seed: int = 0, policy: Policy = POLICY) -> OptunaStudy:
        return OptunaStudy(space, Objectives(), seed, list(known), journal, policy)

    return make


@pytest.fixture
def log_of(space, scored):
    """A trial as the records tell it once it has ended."""

    def make(
        number: int, drawn: dict, state: str = "completed", own: bool = True, reason: str = "", **scores: float
    ) -> TrialLog:
        settings = space.settings(drawn, channels=1, seed=0)
        trial = TrialLog(number, settings, drawn, time=1e9 + number)
        percent = 100 if settings.prune.method == "percentage" else 1
        points = [scored(number, settings, percent * target, target, **scores) for target in TARGETS]
        points += [scored(number, settings, settings.prune.own["threshold"], None, **scores)] if own else []
        trial.points = {point.id: point for point in points} if state != "failed" else {}
        trial.ended = Ended(state, 1e9, 10.0, 640, reason)
        return trial

    return make


@pytest.fixture(scope="session")
def images() -> Images:
    """Digits under another name."""
    return replace(load("digits", Path("nowhere"), side=16), name="postcodes", published="")


@pytest.fixture
def short_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_training, "IMAGES_SEEN", 64)
