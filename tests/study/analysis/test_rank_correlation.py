"""Spearman's rank correlation, and that its interval is as wide as what is known is little."""

from dataclasses import astuple

import numpy as np
import pytest
from scipy.stats import spearmanr

from study.analysis.rank_correlation import FEWEST_GROUPS, RankCorrelation, rank_correlation


def _of(first: list, second: list, groups: list | None = None) -> RankCorrelation:
    return rank_correlation(first, second, groups or list(range(len(first))), np.random.default_rng(0))


def _related(count: int, share: float) -> tuple[list[float], list[float]]:
    random = np.random.default_rng(1)
    first = random.standard_normal(count)
    return first.tolist(), (share * first + (1 - share) * random.standard_normal(count)).tolist()


def test_it_is_spearmans_also_where_scores_are_equal():
    random = np.random.default_rng(0)
    for _ in range(20):
        first, second = random.integers(6, size=(2, 15)).tolist()
        assert pytest.approx(spearmanr(first, second).statistic) == _of(first, second).value


def test_tuples_stand_by_their_first_part_and_where_that_is_equal_by_the_next():
    assert 1 == pytest.approx(_of([(0, -2), (0, -1), (1, -9), (2, 0), (3, 0)], [1, 2, 3, 4, 5]).value)


def test_the_interval_holds_the_value_and_narrows_with_more_trainings():
    few, many = (_of(*_related(count, 0.6)) for count in (10, 90))
    assert -1 <= few.low < few.value < few.high <= 1
    assert many.high - many.low < (few.high - few.low) / 2


def test_seeds_of_one_setting_are_no_evidence_of_their_own():
    first, second = _related(8, 0.6)
    once = _of(first, second)
    copied = _of(first * 5, second * 5, list(range(8)) * 5)
    assert pytest.approx(astuple(once)) == astuple(copied)
    assert _of(first * 5, second * 5).low > copied.low + 0.2


def test_of_too_few_settings_nothing_is_known():
    few = list(range(FEWEST_GROUPS - 1))
    assert (-1, 1) == astuple(_of(few * 5, few * 5, few * 5))[1:]
    assert -1 == _of([1] * 9, list(range(9))).low


def test_without_any_relation_it_is_seldom_believed():
    random = np.random.default_rng(2)
    lows = [_of(*random.standard_normal((2, 10)).tolist()).low for _ in range(100)]
    assert 3 >= sum(low > 0.3 for low in lows)
