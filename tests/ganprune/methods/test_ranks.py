"""Ranks choose what a quantile chooses."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganprune.methods.ranks import ranks


@given(
    st.lists(st.integers(0, 8), min_size=1, max_size=40),
    st.floats(0.001, 0.999),
)
def test_entries_below_numpys_quantile_are_those_with_ranks_below_it(values, share):
    """Ties included. Where the quantile falls on an entry within rounding, either answer is right."""
    array = np.array(values, float)
    place = share * (len(array) - 1)
    if abs(place - round(place)) < 1e-9 or array.max() == array.min():
        return
    quantile = np.sort(array)[int(place)] + (place - int(place)) * np.diff(np.sort(array))[int(place)]
    np.testing.assert_allclose(np.quantile(array, share), quantile, atol=1e-12)
    assert (array < quantile).tolist() == (ranks(torch.from_numpy(array)) < share).tolist()


def test_the_smallest_is_at_0_the_largest_at_1_and_the_shape_is_kept():
    expected = torch.tensor([[2 / 3, 0], [1 / 3, 1]], dtype=torch.float64)
    torch.testing.assert_close(ranks(torch.tensor([[3.0, 1.0], [2.0, 9.0]])), expected)


def test_equal_values_are_all_at_1_and_one_value_is_at_0():
    assert [1.0] * 5 == ranks(torch.ones(5)).tolist()
    assert [0.0] == ranks(torch.ones(1)).tolist()
