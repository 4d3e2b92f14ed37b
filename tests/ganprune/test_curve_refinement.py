"""One more point goes where it could add most to the area under a curve."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganprune.cost_axis import cost_axis, sparsity_at
from ganprune.curve_refinement import middle_first, widest_step
from ganprune.objective import objectives


@dataclass
class Place:
    """What a step needs to know of a point."""

    sparsity: float
    scores: dict = field(default_factory=dict)
    eligible: bool = True


def _curve(*places: tuple[float, float]) -> list[Place]:
    return [Place(sparsity, {"skill": skill}) for sparsity, skill in places]


@given(st.floats(0, 0.99))
def test_the_cost_axis_and_its_inverse_agree(sparsity):
    assert pytest.approx(sparsity, abs=1e-9) == sparsity_at(float(cost_axis(sparsity)))


def test_a_flat_curve_is_refined_nowhere():
    assert widest_step(_curve((0.0, 0.6), (0.5, 0.6), (0.9, 0.6))) is None


def test_the_steepest_step_is_halved_on_the_cost_axis():
    found = widest_step(_curve((0.0, 0.6), (0.5, 0.59), (0.75, 0.58), (0.875, 0.2)))
    assert pytest.approx((cost_axis(0.75) + cost_axis(0.875)) / 2) == cost_axis(found)


def test_where_points_stop_being_eligible_the_rest_of_the_skill_is_at_stake():
    curve = _curve((0.0, 0.6), (0.5, 0.5), (0.75, 0.45))
    curve[-1].eligible = False
    assert 0.5 < widest_step(curve) < 0.75


def test_beyond_what_is_eligible_nothing_is_refined():
    curve = _curve((0.0, 0.6), (0.5, 0.5), (0.75, 0.45))
    for place in curve:
        place.eligible = False
    assert widest_step(curve) is None


def test_where_nothing_is_saved_nothing_is_refined_however_steep_the_curve():
    curve, by = _curve((0.0, 0.6), (0.5, 0.5), (0.75, 0.3)), objectives("macs", "fcd")
    for place, macs in zip(curve, (100, 100, 100), strict=True):
        place.scores["macs"] = macs
    assert widest_step(curve, by) is None
    curve[-1].scores["macs"] = 25
    assert 0.5 < widest_step(curve, by) < 0.75


def test_where_targets_are_shares_of_the_macs_so_is_the_one_that_is_wanted():
    curve, by = _curve((0.0, 0.6), (0.5, 0.59), (0.75, 0.2)), objectives("macs", "fcd")
    for place, macs in zip(curve, (100, 20, 10), strict=True):
        place.scores["macs"] = macs
    assert 0.5 < widest_step(curve, by) < 0.75
    assert 0.8 < widest_step(curve, by, targets=by) < 0.9


@given(st.lists(st.floats(0, 1), unique=True).map(sorted), st.data())
def test_any_beginning_of_middle_first_is_spread_over_the_whole(ordered: list[float], data):
    spread = list(middle_first(ordered))
    assert ordered == sorted(spread)
    taken = 2 ** data.draw(st.integers(1, 4)) - 1  # whole rounds of middles
    places = [-1, *sorted(ordered.index(value) for value in spread[:taken]), len(ordered)]
    assert max(right - left for left, right in pairwise(places)) <= len(ordered) / (taken + 1) + 2
