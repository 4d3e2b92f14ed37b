"""What is thinned keeps both ends, and what there is room for stays whole."""

import pytest

from study.analysis.evenly import evenly


@pytest.mark.parametrize(
    ("count", "most", "kept"),
    [(100, 5, [0, 25, 50, 74, 99]), (3, 5, [0, 1, 2]), (3, 3, [0, 1, 2]), (9, 2, [0, 8]), (9, 1, [0]), (9, 0, [])],
)
def test_at_most_so_many_with_both_ends(count, most, kept):
    assert kept == list(evenly(range(count), most))
