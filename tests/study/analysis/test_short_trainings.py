"""Which trainings tell whether a look can be trusted, and what they tell."""

from dataclasses import replace

import pytest

from ganprune.objective import Objectives
from study.analysis.short_trainings import ENOUGH, ShortTrainings
from study.records.study import Ended, TrialLog

ENDED = Ended("completed", 0.0, 1.0, 640)


@pytest.fixture
def trained(space, scored):
    """A trial of four epochs: a look after two, and its end."""

    def make(number: int, early: float, late: float, state: str = "completed", stops: tuple | None = ()) -> TrialLog:
        drawn = dict(space.first[0]) | {"epochs": 4, "lr_g": 1e-4 * 1.4**number}
        settings = space.settings(drawn, channels=1, seed=0)
        look = replace(scored(number, settings, 75.0, 0.75, skill=early), id="look", epoch=2)
        end = scored(number, settings, 75.0, 0.75, skill=late)
        points = {point.id: point for point in ((look, end) if state == "completed" else (look,))}
        return TrialLog(number, settings, drawn, 0.0, points, replace(ENDED, state=state), stops)

    return make


def _told(trials: list[TrialLog]):
    return ShortTrainings(trials).tell((2, 4), Objectives())


def test_a_look_that_orders_trainings_as_their_end_does_is_trusted_once_enough_were_seen(trained):
    trials = [trained(number, number / 10, number / 20) for number in range(ENOUGH)]
    assert _told(trials).trusted(0.3)
    assert not _told(trials[1:]).trusted(0.3)
    assert not _told([]).trusted(0.3)


def test_one_that_orders_them_the_other_way_round_is_not(trained):
    told = _told([trained(number, number / 10, 1 - number / 10) for number in range(ENOUGH)])
    assert -1 == pytest.approx(told.ranks.value)
    assert not told.trusted(0.3)


def test_trials_that_might_have_been_stopped_take_no_part(trained):
    trials = [trained(number, number / 10, number / 10, stops=stops) for number, stops in enumerate([(2,), None, ()])]
    assert 1 == _told(trials).trainings


def test_what_diverged_after_the_look_stands_behind_all(trained):
    last = trained(9, 1.0, 0.0, state="diverged")
    told = _told([*(trained(number, number / 10, number / 10) for number in range(9)), last])
    assert 10 == told.trainings
    assert pytest.approx(1 - 6 * (9**2 + 9) / (10 * 99)) == told.ranks.value


def test_a_method_that_trains_for_itself_tells_of_its_like_alone(trained):
    trial = trained(0, 0.5, 0.5)
    trial.points = {name: replace(point, threshold=None) for name, point in trial.points.items()}
    assert 0 == _told([trial]).trainings
    assert 1 == ShortTrainings([trial, trained(1, 0.5, 0.5)]).tell((2, 4), Objectives(), own=True).trainings


def test_what_failed_or_ran_out_of_time_tells_nothing(trained):
    assert 0 == _told([trained(0, 0.5, 0.5, state=state) for state in ("failed", "stopped")]).trainings
