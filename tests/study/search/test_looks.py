"""Which trials are looked at on their way."""

from dataclasses import replace

import pytest

from study.analysis.pareto import LiveFront
from study.records.study import StudyLog
from study.search.looks import Looks
from study.settings.policy import Policy


@pytest.mark.parametrize(("method", "looked_at"), [("percentage", True), ("switching", False)])
def test_what_passes_its_points_is_never_held_against_whole_curves(plan, switching, method, looked_at):
    plan = replace(plan, space=switching)
    looks = Looks(plan, Policy(first_rung=0.25, factor=2), StudyLog(), [], LiveFront(plan.objectives.searched))
    settings = switching.settings({"method": method, "epochs": max(switching.epochs)}, channels=1, seed=0)
    assert bool(looks.of(len(switching.first), settings)) == looked_at
