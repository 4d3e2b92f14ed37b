"""Paired differences held against scipy, and Holm's correction against its own textbook example."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel

from study.analysis.paired import LEVEL, Paired, holm, paired

ONE, OTHER = {0: 4.0, 1: 5.0, 2: 4.4, 3: 5.2}, {0: 5.0, 1: 5.8, 2: 4.5, 3: 6.0, 7: 99.0}


def test_a_pair_is_a_seed_that_both_have_and_its_test_is_the_paired_t_test_of_logarithms():
    found = paired(ONE, OTHER)
    logs = [[math.log(each[seed]) for seed in range(4)] for each in (ONE, OTHER)]
    told = ttest_rel(*logs)
    low, high = found.interval(LEVEL)
    assert found.p == pytest.approx(told.pvalue)
    assert (math.log(low), math.log(high)) == pytest.approx(tuple(told.confidence_interval()))
    assert found.ratio == pytest.approx(math.prod(ONE[s] / OTHER[s] for s in range(4)) ** 0.25)


def test_one_pair_tells_nothing_and_none_is_none():
    assert paired({0: 1.0}, {1: 1.0}) is None
    alone = paired({0: 1.0}, {0: 2.0})
    assert (1.0, (0.0, math.inf)) == (alone.p, alone.interval(LEVEL))


def test_equal_ratios_are_sure_and_equal_scores_are_not():
    assert Paired((-0.1, -0.1, -0.1)).p == 0
    assert Paired((0.0, 0.0)).p == 1


def test_holm_steps_down_and_stops_at_the_first_that_is_not_told():
    """Of 0.005, 0.01, 0.03, 0.04 at 5 % the first two are told: 0.05/4, 0.05/3, and then no more."""
    levels = holm([0.01, 0.04, 0.03, 0.005])
    assert levels == pytest.approx([0.05 / 3, 0.05 / 2, 0.05 / 2, 0.05 / 4])
    assert [] == holm([])


logs = st.lists(st.floats(-1, 1, allow_nan=False).map(lambda each: round(each, 3)), min_size=5, max_size=5)


@given(st.lists(logs, min_size=1, max_size=6))
def test_an_interval_at_its_level_leaves_out_1_just_where_holms_test_tells_the_two_apart(questions):
    asked = [Paired(tuple(each)) for each in questions]
    chances = [each.p for each in asked]
    told, still = {}, True
    for before, place in enumerate(sorted(range(len(asked)), key=lambda place: chances[place])):
        still = still and chances[place] < LEVEL / (len(asked) - before)
        told[place] = still
    for place, (each, level) in enumerate(zip(asked, holm(chances), strict=True)):
        low, high = each.interval(level)
        if abs(each.p - level) > 1e-9:
            assert told[place] == (not low <= 1 <= high)
