"""What a user could do instead of pruning: scored beside the points, smaller on the axis where it competes."""

import math
import time

import pytest

from ganprune.identity import identify
from ganprune.metrics import METRICS
from ganprune.null_names import SECOND_SEED
from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, NullLine, Scored
from ganprune.size_baselines import size_baselines
from ganprune.store import Entry
from ganprune.trial import run_trial

BITS = ["dense at 16 bits", "dense at 8 bits", "dense at 4 bits"]
NAMES = [*BITS, SECOND_SEED, "half width", "quarter width"]


@pytest.fixture
def dense(evaluator, settings):
    """The dense point of a trial, so that the store has its training."""
    return next(event.point for event in run_trial(0, settings, evaluator) if isinstance(event, Scored))


def _nulls(events: list) -> dict[str, NullLine]:
    return {event.name: event for event in events if isinstance(event, NullLine)}


def test_each_is_scored_like_a_point_and_the_smaller_the_file_the_later_it_comes(evaluator, settings, dense):
    events = list(size_baselines(0, settings, evaluator, Pace()))
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


def test_in_16_bits_nothing_is_lost_but_bytes(evaluator, settings, dense):
    half = _nulls(size_baselines(0, settings, evaluator, Pace()))["dense at 16 bits"]
    assert half.scores["fcd"] == pytest.approx(dense.scores["fcd"], rel=1e-2)
    assert half.scores["params"] == dense.scores["params"]
    assert half.scores["uqi"] > 0.999


def test_other_networks_are_shown_the_same_images_and_their_trainings_are_kept(evaluator, settings, dense):
    first, again = (list(size_baselines(0, settings, evaluator, Pace())) for _ in range(2))
    assert 9 == len([event for event in first if isinstance(event, EpochTrained)])
    assert [] == [event for event in again if isinstance(event, EpochTrained)]
    assert [0, 0, 0, 576, 576, 576] == [null.images for null in _nulls(again).values()]
    half = settings.model.model_copy(update={"width": settings.model.width // 2})
    made = identify(half, settings.train, origin=evaluator.origin)
    assert 3 in Entry(evaluator.store, made.key).epochs()


def test_out_of_time_what_needs_no_training_is_scored(evaluator, settings, dense):
    late = Pace(deadline=time.time() + 100, step_seconds=1000)
    assert BITS == list(_nulls(size_baselines(0, settings, evaluator, late)))


def test_without_the_dense_model_there_is_nothing_to_compare(evaluator, settings, changed):
    (finished,) = size_baselines(0, settings, evaluator, Pace(deadline=1.0))
    assert "stopped" == finished.state
    assert "diverged" == list(size_baselines(0, changed(settings, lr_d=1e30), evaluator, Pace()))[-1].state
