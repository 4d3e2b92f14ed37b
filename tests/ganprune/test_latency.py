"""Latency is measured of all networks in turn, and tells how sure it is."""

from importlib.metadata import version

import numpy as np
import pytest

from ganprune.latency import LEAST, MOST, TRIES, compared, in_turn, latencies
from ganprune.metrics import METRICS
from ganprune.metrics.cost import stored_bytes
from ganprune.point import Finished
from ganprune.rebuild import pruned_again, trained_again


def test_what_slows_the_machine_for_a_while_leaves_the_ratio_alone(points_of, settings):
    point = points_of(settings)[1]
    slowed = np.where(np.arange(100) < 40, 30.0, 1.0)  # by something else, in the first rounds
    told = compared(point, 0.002 * slowed, 0.004 * slowed, "a processor")
    assert (told.ms, told.dense_ms) == (2.0, 4.0)
    assert (told.ratio_lo, told.ratio_hi) == pytest.approx((0.5, 0.5))


def test_the_interval_of_the_ratio_holds_as_often_as_it_says(points_of, settings):
    """Of 400 measurements of a network that is as fast as the dense one."""
    point, numbers = points_of(settings)[1], np.random.default_rng(0)
    times = numbers.lognormal(0, 0.2, (400, 2, 50))
    held = [told.ratio_lo <= 1 <= told.ratio_hi for told in (compared(point, *each, "") for each in times)]
    assert 0.92 < np.mean(held) < 0.98


def test_every_round_has_every_network_forwards_then_backwards():
    order: list[str] = []
    times = in_turn([lambda name=name: order.append(name) for name in "abc"], seconds=0)
    assert times.shape == (LEAST, 3)
    turns = ["".join(order[start :: 1 + TRIES]) for start in range(1 + TRIES)]  # one call is not timed
    assert {"abccbaabc"} == set(turns)
    assert len(in_turn([lambda: None], seconds=60)) == MOST


def test_every_point_is_told_beside_one_dense_network(evaluator, settings, points_of):
    points = points_of(settings)
    *told, end = latencies([(settings, point) for point in points], evaluator, "a processor")
    assert end == Finished("completed")
    assert [each.point for each in told] == [point.id for point in points]
    assert 1 == len({each.dense_ms for each in told})
    assert all(0 < each.ratio_lo <= each.ratio_hi for each in told)
    assert {("a processor", f"onnxruntime {version('onnxruntime')}")} == {
        (each.processor, each.runtime) for each in told
    }
    assert told[0].scores.keys() <= METRICS.keys()


def test_points_with_the_same_layers_take_the_same_time_and_others_their_own(evaluator, settings, changed, points_of):
    """Zeros change no layer; a channel that is gone does."""
    narrow = changed(settings, method="channels", own={"threshold": 0.5})
    asked = [(settings, point) for point in points_of(settings)]
    smaller = [(narrow, points_of(narrow)[-1])]
    *told, _ = latencies(asked + smaller, evaluator, "a processor")
    assert len(told) > 2
    assert 1 == len({each.ms for each in told[:-1]})
    assert told[-1].ms not in {told[0].ms, told[0].dense_ms}


def test_after_an_upgrade_of_torch_points_are_told_of_all_the_same(evaluator, settings, points_of, monkeypatch):
    point = points_of(settings)[0]
    monkeypatch.setattr("torch.__version__", "99.0.0")
    told, _ = latencies([(settings, point)], evaluator, "a processor")
    assert told.point == point.id


def test_a_point_whose_state_is_gone_is_left_out(evaluator, settings, points_of):
    points = points_of(settings)
    for file in evaluator.store.rglob("epoch-*"):
        file.unlink()
    assert [Finished("completed")] == list(latencies([(settings, points[0])], evaluator, "a processor"))


def test_a_point_whose_weights_were_kept_is_not_decided_again(evaluator, settings, changed, points_of, tmp_path):
    """Nor is a damaged file the end of it."""
    narrow = changed(settings, method="channels", own={"threshold": 0.5})
    dense, *_, point = points_of(narrow)
    other = pruned_again(dense, narrow, trained_again(dense, narrow, evaluator.images.fingerprint, evaluator.store))
    kept, damaged = tmp_path / "kept", tmp_path / "damaged"
    kept.write_bytes(stored_bytes(other))
    damaged.write_bytes(b"no weights")
    asked = [(narrow, dense), (narrow, point)]
    *as_kept, _ = latencies(asked, evaluator, "a processor", {point.id: kept})
    *as_made, _ = latencies(asked, evaluator, "a processor", {point.id: damaged})
    assert (1, 2) == tuple(len({each.ms for each in told}) for told in (as_kept, as_made))
