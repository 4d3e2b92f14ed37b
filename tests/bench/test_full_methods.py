"""Methods at full size, seed by seed against the dense network."""

import pytest

from bench.full_methods import ALLOWED, compared


def test_a_seed_that_never_got_there_is_left_out_of_the_ratio():
    told = compared("gradual", {0: 2.0, 1: None, 2: 8.0}, {0: 2.0, 1: 3.0, 2: 2.0})
    assert (told.n, told.value) == (2, pytest.approx(2.0))
    assert told.spread[0] < told.value < told.spread[1]
    assert told.reached == (told.value <= ALLOWED)


def test_where_no_seed_got_there_nothing_is_claimed():
    assert compared("gradual", {0: None}, {0: 2.0}).value is None
