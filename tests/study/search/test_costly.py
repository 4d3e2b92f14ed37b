"""Methods that train for themselves: whether they take part, and that whoever asks is told why."""

from dataclasses import replace

import pytest

from ganprune.config import TrialSettings
from ganprune.methods import METHODS
from ganprune.pace import Pace
from study.records.study import StudyLog, TrialLog
from study.search.costly import TRAININGS, with_costly
from study.settings.arguments import asked
from study.settings.machine import Machine
from study.settings.plan import Plan, make_plan

TWO_CORES = Machine("a CPU", 2, ())
NAMES = "costly methods (regan, gradual, iterative, rggan, sparse_training, progressive) take"
LOG = StudyLog(header={"data": {"train": 1197}})
USUAL = Pace(step_seconds=0.008, score_seconds=0.5)  # of digits on two cores: 200 epochs take half a minute


def _plan(**given: str) -> Plan:
    return make_plan(asked(given), None, TWO_CORES)


def _taking_part(plan: Plan) -> set[str]:
    return {method for method in plan.space.methods if METHODS[method].owns_training}


def test_digits_in_its_usual_time_is_searched_as_ever_and_says_what_time_would_add_methods():
    plan, told = with_costly(_plan(), USUAL, LOG)
    assert _plan() == plan
    assert f"{NAMES} no part: of 20 of their trainings there is room for 9; TIME=7m would do" == told
    assert _taking_part(with_costly(_plan(TIME="7m"), USUAL, LOG)[0])


def test_where_there_is_room_they_are_searched_like_the_others():
    plan, told = with_costly(_plan(TIME="1h"), USUAL, LOG)
    assert f"{NAMES} part: there is room for 20 of their trainings" == told
    assert set(_plan().space.costly) == _taking_part(plan)
    assert set(_plan().space.methods) < set(plan.space.methods)


@pytest.mark.parametrize(
    ("given", "would_do"),
    [
        ({"TRIALS": "19"}, f"TRIALS={TRAININGS}"),
        ({"TRIALS": "19", "TIME": "1h"}, f"TRIALS={TRAININGS}"),
        ({"TRIALS": "20", "TIME": "1m"}, "TIME=7m"),
        ({"TRIALS": "2", "TIME": "1m"}, f"TRIALS={TRAININGS} and TIME=7m"),
    ],
)
def test_each_limit_that_is_too_tight_is_told(given, would_do):
    plan, told = with_costly(_plan(**given), USUAL, LOG)
    assert not _taking_part(plan)
    assert told.endswith(f"; {would_do} would do")


def test_once_they_took_part_they_do_whatever_the_next_call_has_time_for():
    trial = TrialLog(0, TrialSettings().with_prune(method="regan", own={}), {}, time=0.0)
    again, told = with_costly(_plan(), USUAL, replace(LOG, trials={0: trial}))
    assert "regan" in _taking_part(again)
    assert f"{NAMES} part, as before" == told


def test_a_space_without_them_says_nothing():
    plan = _plan(SPACE="digits-methods-cpu")
    assert (plan, "") == with_costly(plan, USUAL, LOG)
