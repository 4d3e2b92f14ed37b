"""The front and what is read off it, as properties that hold for any points."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna._hypervolume import compute_hypervolume

from bench.synthetic import write_study
from ganprune.config import TrialSettings
from ganprune.cost_axis import cost_axis
from ganprune.objective import COSTS, Objectives, objectives
from ganprune.point import Point
from study.analysis import pareto
from study.records.study import Ended, StudyLog, TrialLog


def scored(sparsity: float, fcd: float, eligible: bool = True, target: float | None = None, name: str = "") -> Point:
    scores = {"fcd": fcd, "skill": 1 - fcd / 8}
    whole = {"layers": {}, "drift": {}, "fcd_stale": fcd, "n_samples": 1000, "weights": "", "seconds": 0.0}
    asked = {"trial": 0, "method": "magnitude", "threshold": sparsity, "epoch": 1, "target": target}
    return Point(name, **asked, sparsity=sparsity, sparsity_all=sparsity, scores=scores, eligible=eligible, **whole)


fractions = st.one_of(st.sampled_from([0.0, 0.5, 0.9, 0.985, 1.0]), st.floats(0, 1))
distances = st.one_of(st.sampled_from([1.0, 2.0, float("nan"), float("inf")]), st.floats(0.01, 20))
studies = st.lists(st.builds(scored, fractions, distances, st.booleans()), max_size=30)


def dominates(one: Point, other: Point) -> bool:
    better = (one.sparsity > other.sparsity, one.scores["fcd"] < other.scores["fcd"])
    worse = (one.sparsity < other.sparsity, one.scores["fcd"] > other.scores["fcd"])
    return any(better) and not any(worse)


@given(studies)
def test_no_point_of_the_front_dominates_another(points):
    front = pareto.front(points)
    assert not any(dominates(one, other) for one in front for other in front)
    assert all(point.eligible for point in front)


@given(studies)
def test_every_eligible_point_left_out_is_beaten_by_one_as_sparse_but_for_a_few_weights(points):
    front = pareto.front(points)
    for point in points:
        if point.eligible and np.isfinite(point.scores["fcd"]):
            as_sparse = [other for other in front if other.sparsity >= point.sparsity - COSTS["sparsity"].noise]
            assert any(other.scores["fcd"] <= point.scores["fcd"] for other in as_sparse)


@given(studies)
def test_along_the_front_more_sparsity_always_costs_quality(points):
    for one, other in pairwise(pareto.front(points)):
        assert one.sparsity + COSTS["sparsity"].noise < other.sparsity
        assert one.scores["fcd"] < other.scores["fcd"]


@given(studies, st.randoms(use_true_random=False))
def test_the_front_does_not_depend_on_the_order_of_points(points, random):
    shuffled = random.sample(points, len(points))
    assert list(map(_corner, pareto.front(points))) == list(map(_corner, pareto.front(shuffled)))


def test_of_equal_points_the_first_stands_on_the_front():
    first, second = scored(0.5, 2, name="first"), scored(0.5, 2, name="second")
    assert [point.id for point in pareto.front([first, second])] == ["first"]


def test_points_a_few_weights_apart_are_one_and_the_better_quality_stands_for_them():
    near = [scored(0.875, 6.6, name="better"), scored(0.8750009, 6.7, name="worse")]
    assert ["better"] == [point.id for point in pareto.front(near)]
    assert len(pareto.front([near[0], replace(near[1], sparsity=0.8752)])) == 2
    # Of three in a row the outer two are apart.
    row = [scored(0.5, 1.0), scored(0.50009, 1.1), scored(0.50018, 1.2)]
    assert [row[0], row[2]] == pareto.front(row)


def test_of_points_a_few_weights_apart_the_one_that_comes_first_loses_nothing():
    first, between = scored(0.5, 1.1), scored(0.50009, 1.2)
    live = pareto.LiveFront(Objectives(), [first, between])
    live.add([scored(0.49995, 1.0)])  # takes the place of the first, and is too far from the other
    assert [0.49995, 0.50009] == [point.sparsity for point in live.front]


def test_the_front_compares_unrounded_values():
    points = [scored(0.5, 2.0), scored(0.5 + 1e-15, 2.0)]
    assert [points[1]] == pareto.front(points)


@pytest.mark.parametrize(("sparsity", "cost"), [(0, 0), (0.9, 0.5), (0.99, 1), (0.999, 1), (1, 1)])
def test_the_cost_axis_counts_halvings_up_to_a_hundredfold(sparsity, cost):
    assert cost == pytest.approx(float(pareto.cost_axis(sparsity)))


def test_hypervolume_of_two_steps_is_their_staircase():
    # Cost 0.5 at skill 0.75, cost 1 at skill 0.25.
    assert pytest.approx(pareto.hypervolume([scored(0.9, 2), scored(0.99, 6)])) == 0.5 * 0.75 + 0.5 * 0.25


@given(studies)
def test_hypervolume_is_the_area_of_a_staircase_and_what_optuna_says(points):
    able = [p for p in points if p.eligible and p.scores["skill"] > 0]
    corners = np.array([(float(pareto.cost_axis(p.sparsity)), p.scores["skill"]) for p in able]).reshape(-1, 2)
    found = pareto.hypervolume(points)
    assert _staircase(corners) == pytest.approx(found)
    assert compute_hypervolume(-corners, np.zeros(2)) == pytest.approx(found)


def test_points_without_skill_or_not_eligible_add_no_area():
    assert pareto.hypervolume([scored(0.9, 9), scored(0.9, float("nan")), scored(0.9, 1, eligible=False)]) == 0
    assert pareto.hypervolume([]) == 0


@given(st.lists(studies, max_size=6))
def test_a_front_kept_up_as_points_come_is_that_of_all_points(batches):
    points = [point for batch in batches for point in batch]
    live = pareto.LiveFront(Objectives(), batches[0] if batches else [])
    for batch in batches[1:]:
        live.add(batch)
    assert pareto.front(points) == live.front
    assert pareto.hypervolume(points) == pytest.approx(live.area)


def sized(macs: float, fcd: float, target: float | None = None, **more: float) -> Point:
    point = scored(0.5, fcd, target=target, name=f"{macs:g} MACs")
    return replace(point, scores=point.scores | {"macs": macs} | more)


MACS = objectives("macs", "fcd")
WIDE, NARROW = sized(1000, 2.0, target=0.0), sized(400, 3.0, target=0.0)


def test_where_macs_are_asked_for_the_front_is_over_macs_whatever_zeros_there_are():
    zeros = replace(sized(1000, 2.5), sparsity=0.9)
    assert [WIDE, NARROW] == pareto.front([zeros, NARROW, WIDE], MACS)


def test_where_widths_differ_all_is_held_against_the_best_dense_model():
    by, best, front = pareto.weigh([NARROW, sized(100, 3.2), WIDE], MACS)
    assert (WIDE, 3) == (best, len(front))
    assert [0, 0.6, 0.9] == pytest.approx([by.saved(point) for point in front])
    assert pareto.hypervolume(front, by) == pytest.approx(
        _staircase(np.array([(cost_axis(by.saved(point)), point.scores["skill"]) for point in front]))
    )


costs = st.lists(st.builds(sized, st.integers(1, 2000), st.floats(0.01, 9), st.sampled_from([None, 0.0])), max_size=9)


@given(st.lists(costs, max_size=4))
def test_a_front_kept_up_knows_the_best_dense_model_so_far(batches):
    live, points = pareto.LiveFront(MACS), []
    for batch in batches:
        live.add(batch)
        points += batch
        by, _, front = pareto.weigh(points, MACS)
        assert (by, front) == (live.by, live.front)
        assert pareto.hypervolume(points, by) == pytest.approx(live.area)


def test_latency_makes_the_front_once_it_was_measured_and_macs_until_then():
    points, latency = [WIDE, NARROW, sized(100, 3.2)], objectives("latency", "fcd")
    by, _, front = pareto.weigh(points, latency)
    assert ("macs", points) == (by.cost.name, front)
    measured = [replace(p, scores=p.scores | {"latency_ms": ms}) for p, ms in zip(points, (8.0, 2.0, 2.5), strict=True)]
    by, _, front = pareto.weigh([*measured, sized(50, 3.5)], latency)
    assert ("latency", measured[:2]) == (by.cost.name, front)
    assert [0, 0.75] == [by.saved(point) for point in front]


def test_the_history_rises_to_the_hypervolume_of_all_points(tmp_path):
    log = write_study(tmp_path / "study.jsonl", 12).log
    seconds, images, area = zip(*pareto.hypervolume_history(log), strict=True)
    assert len(log.ended) == len(area)
    assert sorted(area) == list(area)
    ended = [trial.points.values() for trial in log.ended]
    for number in range(len(ended)):
        so_far = [point for points in ended[: number + 1] for point in points]
        assert pareto.hypervolume(so_far) == pytest.approx(area[number])
    assert sum(trial.ended.images for trial in log.ended) == images[-1]
    assert sorted(seconds) == list(seconds)


def test_the_history_leaves_out_the_night_between_two_calls():
    log = StudyLog(calls=[{"time": 100.0}, {"time": 9000.0}])
    for number, time in enumerate((110.0, 120.0, 9005.0)):
        ended = Ended("completed", time, 1.0, 10)
        log.trials[number] = TrialLog(number, TrialSettings(), {}, time - 1, ended=ended)
    assert [seconds for seconds, _, _ in pareto.hypervolume_history(log)] == [10, 20, 25]


def test_the_knee_is_where_the_front_bends():
    front = [scored(0, 1), scored(0.9, 1.1), scored(0.985, 5)]
    assert front[1] == pareto.knee(front)


def test_every_front_has_a_knee_and_no_front_has_none():
    alone, dense = scored(0.5, 2), scored(0, 1)
    assert pareto.knee([]) is None
    assert alone == pareto.knee([alone])
    assert alone == pareto.knee([dense, alone])
    assert pareto.knee([scored(0.995, 1), scored(0.999, 2)])  # one cost: both are a hundredfold


def _corner(point: Point) -> tuple[float, float]:
    return point.sparsity, point.scores["fcd"]


def _staircase(corners: np.ndarray) -> float:
    """From the right: each step adds its width times what is the best skill so far."""
    area, best, right = 0.0, 0.0, None
    for cost, skill in sorted(corners.tolist(), reverse=True):
        area += best * (right - cost) if right is not None else 0
        best, right = max(best, skill), cost
    return area + best * (right or 0)
