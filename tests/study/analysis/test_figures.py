"""A sentence has no more digits than its figures carry."""

import pytest

from study.analysis.figures import change, percent, score, size


@pytest.mark.parametrize(
    ("fraction", "told"), [(0.0, "0 %"), (0.8232, "82 %"), (0.9375, "94 %"), (0.9821, "98.2 %"), (0.97, "97 %")]
)
def test_a_share_is_whole_percents_until_little_is_left(fraction, told):
    assert percent(fraction) == told


@pytest.mark.parametrize(
    ("fraction", "reach", "told"),
    [(0.0894, 0.039, "+9 %"), (0.0894, 0.004, "+8.9 %"), (-0.03, None, "−3 %"), (-0.001, 0.02, "+0 %")],
)
def test_a_change_has_the_digits_of_its_interval(fraction, reach, told):
    assert change(fraction, reach) == told


def test_a_score_has_three_digits_also_where_the_last_is_nought():
    assert [score(value) for value in (5.4006, 12.0, 0.03954, 123.4)] == ["5.40", "12.0", "0.0395", "123"]


@pytest.mark.parametrize(
    ("count", "told"),
    [(922, "922 B"), (403_075, "403 kB"), (999_700, "1 MB"), (4_280_912, "4.28 MB"), (5e9, "5 GB")],
)
def test_bytes_come_in_the_unit_that_people_say(count, told):
    assert size(count) == told
