"""What a user could do instead of pruning: scored beside the points, smaller on the axis where it competes."""

import math
import time

import pytest

from ganprune.alternatives import alternatives
from ganprune.metrics import METRICS
from ganprune.null_names import SECOND_SEED
from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, NullLine, Scored
from ganprune.store import Entry, training_key
from ganprune.trial import run_trial

BITS = ["dense at 16 bits", "dense at 8 bits", "dense at 4 bits"]
NAMES = [*BITS, SECOND_SEED, "half width", "quarter width"]


@pytest.fixture
def dense(bench, settings):
    """The dense point of a trial, so that the store has its training."""
    return next(event.point for event in run_trial(0, settings, bench) if isinstance(event, Scored))


def _nulls(events: list) -> dict[str, NullLine]:
    return {event.name: event for event in events if isinstance(event, NullLine)}


def test_each_is_scored_like_a_point_and_the_smaller_the_file_the_later_it_comes(bench, settings, dense):
    events = list(alternatives(0, settings, bench, Pace()))
    nulls = _nulls(events)
    assert NAMES == list(nulls)
    assert Finished("completed") == events[-1]
    for null in nulls.values():
        assert set(dense.scores) == set(null.scores) <= set(METRICS)
        assert all(map(math.isfinite, null.scores.values()))
        assert (dense.n_samples, None, 0) == (null.n_samples, null.sparsity, null.trial)
    by_bits = [dense, *(nulls[name] for name in BITS)]
    by_width = [dense, *(nulls[name] for name in NAMES[4:])]
    for cost, line in (("bytes", by_bits), ("bytes_compressed", by_bits), ("bytes", by_width), ("macs", by_width)):
        sizes = [each.scores[cost] for each in line]
        assert sorted(set(sizes), reverse=True) == sizes


def test_in_16_bits_nothing_is_lost_but_bytes(bench, settings, dense):
    half = _nulls(alternatives(0, settings, bench, Pace()))["dense at 16 bits"]
    assert half.scores["fcd"] == pytest.approx(dense.scores["fcd"], rel=1e-2)
    assert half.scores["params"] == dense.scores["params"]
    assert half.scores["uqi"] > 0.999


def test_other_networks_are_shown_the_same_images_and_their_trainings_are_kept(bench, settings, dense):
    first, again = (list(alternatives(0, settings, bench, Pace())) for _ in range(2))
    assert 9 == len([event for event in first if isinstance(event, EpochTrained)])
    assert [] == [event for event in again if isinstance(event, EpochTrained)]
    assert [0, 0, 0, 576, 576, 576] == [null.images for null in _nulls(again).values()]
    half = settings.model.model_copy(update={"width": settings.model.width // 2})
    key = training_key(bench.images.fingerprint, half, settings.train, "cpu")
    assert 3 in Entry(bench.store, key).epochs()


def test_out_of_time_what_needs_no_training_is_scored(bench, settings, dense):
    late = Pace(deadline=time.time() + 100, step_seconds=1000)
    assert BITS == list(_nulls(alternatives(0, settings, bench, late)))


def test_without_the_dense_model_there_is_nothing_to_compare(bench, settings, changed):
    (finished,) = alternatives(0, settings, bench, Pace(deadline=1.0))
    assert "stopped" == finished.state
    assert "diverged" == list(alternatives(0, changed(settings, lr_d=1e30), bench, Pace()))[-1].state
