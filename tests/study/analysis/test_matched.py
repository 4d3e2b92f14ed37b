"""What a curve scores between its points."""

import math

import pytest

from study.analysis.matched import NEAR, Place, score_at

CURVE = [Place(0.0, 4.0), Place(0.5, 5.0), Place(0.875, 20.0)]


def test_a_point_at_the_share_is_what_counts():
    assert score_at(CURVE, 0.5) == 5.0
    assert score_at(reversed(CURVE), 0.5) == 5.0


def test_between_two_points_both_axes_are_logarithmic():
    """0.75 is one halving from 0.5, and 0.875 is two: half way to four times the score."""
    assert score_at(CURVE, 0.75) == pytest.approx(10.0)
    assert score_at(CURVE[:2], 1 - math.sqrt(0.5)) == pytest.approx(math.sqrt(20.0))


def test_beyond_its_end_a_curve_is_not_reached_unless_it_is_near():
    assert score_at(CURVE, 0.95) is None
    left = 0.125
    assert score_at(CURVE, 1 - left / (1 + 0.9 * NEAR)) == 20.0
    assert score_at(CURVE, 1 - left / (1 + 1.1 * NEAR)) is None
    assert score_at([], 0.5) is None


def test_what_saves_less_than_nothing_stands_at_the_beginning():
    assert score_at([Place(-0.2, 3.0), *CURVE[1:]], 0.5) == 5.0
