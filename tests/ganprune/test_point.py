"""The small records that cross every boundary of the house."""

import json
import re
from dataclasses import FrozenInstanceError, asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganprune.methods import METHODS
from ganprune.point import NullLine, Point, point_id
from ganprune.threshold import round_threshold

THRESHOLDS = st.floats(0, 1e3).map(round_threshold)


@pytest.fixture
def point() -> Point:
    values = {
        **dict.fromkeys((field.name for field in fields(Point)), 0.5),
        **{"id": "t0003-percentage-50-e40", "trial": 3, "method": "percentage", "layers": {"layers.0": 0.5}},
        **{"scores": {"fcd": 5.5, "skill": 0.4}, "drift": {"uqi": {"mean": 0.9, "std": 0.1}}, "weights": "abc"},
    }
    return Point(**values)


@given(st.integers(0, 10**6), st.sampled_from(sorted(METHODS)), THRESHOLDS, st.integers(1, 10**4))
def test_an_id_starts_with_a_letter_and_is_fit_for_a_file_name_and_a_table(trial, method, threshold, epoch):
    assert re.fullmatch(r"[a-z][A-Za-z0-9.+_-]*", point_id(trial, method, {"threshold": threshold}, epoch))


@given(THRESHOLDS, THRESHOLDS)
def test_different_thresholds_have_different_ids(one, other):
    assert (one == other) == (_id(threshold=one) == _id(threshold=other))


def test_every_part_of_what_makes_a_point_is_in_its_id():
    ids = {
        point_id(1, "percentage", {"threshold": 50}, 10),
        point_id(2, "percentage", {"threshold": 50}, 10),
        point_id(1, "random", {"threshold": 50}, 10),
        point_id(1, "percentage", {"threshold": 51}, 10),
        point_id(1, "percentage", {"threshold": 50}, 11),
    }
    assert 5 == len(ids)


@given(st.integers(1, 100), st.floats(0, 1))
def test_where_there_is_no_threshold_the_settings_make_the_id(period, share):
    """In any order, and fit for a file name too."""
    mine = _id(period=period, share=share)
    assert mine == _id(share=share, period=period) != _id(period=period + 1, share=share)
    assert re.fullmatch(r"t0000-sensitivity-[0-9a-f]{8}-e1", mine)


def _id(**asked) -> str:
    return point_id(0, "sensitivity", asked, 1)


def test_a_point_survives_a_record_and_cannot_be_changed(point):
    assert point == Point(**json.loads(json.dumps(asdict(point))))
    with pytest.raises(FrozenInstanceError):
        point.sparsity = 0.9


def test_a_null_line_survives_a_record():
    null = NullLine("random control", "by lot", 0.5, {"fcd": 9.0}, 1000, 64)
    assert null == NullLine(**json.loads(json.dumps(asdict(null))))
