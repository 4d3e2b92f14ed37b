"""What methods cost in a study, and that a replay leaves out those whose trainings nobody shares."""

import math
from types import SimpleNamespace

from bench.replay.prices import prices
from bench.replay.world import that_share
from ganprune.config import TrialSettings
from study.records.study import Ended, StudyLog, TrialLog
from study.settings.space_file import load_space


def _trial(number: int, method: str, images: int, points: int) -> TrialLog:
    settings = TrialSettings().with_prune(method=method)
    scored = {f"p{each}": SimpleNamespace() for each in range(points)}
    return TrialLog(number, settings, {}, 0.0, scored, Ended("completed", 0.0, images / 100, images))


def test_a_training_that_is_shared_makes_points_cheap():
    trials = [_trial(0, "magnitude", 1000, 9), _trial(1, "magnitude", 0, 11), _trial(2, "regan", 1000, 2)]
    told = prices(StudyLog(trials={trial.number: trial for trial in trials})).splitlines()
    assert ["| magnitude | 2 | 20 | 50 | 0.5 |", "| regan | 1 | 2 | 500 | 5.0 |"] == told[2:]


def test_a_method_without_a_point_has_no_price():
    assert prices(StudyLog(trials={0: _trial(0, "regan", 1000, 0)})).endswith("| regan | 1 | 0 | – | – |")


def test_what_trains_for_itself_is_not_replayed():
    space = that_share(load_space("digits-methods-cpu"))
    assert (["magnitude"], ["magnitude"]) == (list(space.methods), [first["method"] for first in space.first])
    assert not that_share(load_space("digits-cpu")).costly
    assert math.isfinite(space.settings(dict(space.first[0]), 1, 0).train.lr_g)
