"""Which trials are looked at on their way."""

from dataclasses import replace

import pytest

from study.analysis.pareto import LiveFront
from study.analysis.short_trainings import ENOUGH, Seen
from study.records.study import Ended, StudyLog, TrialLog
from study.search.looks import Looks
from study.settings.policy import Policy

RECORDED = [
    Seen(number, number, (2, 4), (number / 100, 0.5), (number / 100, 0.6)) for number in range(ENOUGH)
]  # of methods that share


@pytest.mark.parametrize("method", ["percentage", "switching"])
def test_every_kind_of_trial_is_looked_at_but_those_that_are_wanted_anyhow(plan, switching, method):
    looks, settings = _looks(plan, switching), _settings(switching, method)
    assert (2,) == looks.of(len(switching.first), settings)
    assert () == looks.of(0, settings)


def test_what_trains_for_itself_is_stopped_where_trainings_of_its_kind_have_shown_what_a_look_tells(
    plan, switching, scored
):
    looks = _looks(plan, switching)
    assert [(2,), ()] == [looks.stops(9, _settings(switching, method)) for method in ("percentage", "switching")]
    for number in range(ENOUGH):
        looks.end(_ended(number, _settings(switching, "switching").with_train(lr_g=1e-4 * 1.4**number), scored))
    assert (2,) == looks.stops(9, _settings(switching, "switching"))


def _looks(plan, space) -> Looks:
    plan = replace(plan, space=space)
    policy = Policy(first_rung=0.25, factor=2)
    return Looks(plan, policy, StudyLog(), RECORDED, LiveFront(plan.objectives.searched))


def _settings(space, method: str):
    return space.settings({"method": method, "epochs": 4}, channels=1, seed=0)


def _ended(number: int, settings, scored) -> TrialLog:
    """It stands at its end as it did after two epochs."""
    end = replace(scored(number, settings, 0.5, None, skill=number / 20), threshold=None)
    points = {point.id: point for point in (replace(end, id="look", epoch=2), end)}
    return TrialLog(number, settings, {}, 0.0, points, Ended("completed", 0.0, 1.0, 640), ())
