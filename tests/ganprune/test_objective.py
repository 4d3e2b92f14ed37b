"""What a study weighs: each value is read, and what is saved told, in one place."""

from math import isnan, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganprune.cost_axis import cost_axis
from ganprune.metrics import METRICS
from ganprune.objective import COSTS, Objectives, objectives, qualities
from ganprune.point import NullLine


def row(sparsity: float | None = 0.5, **scores: float) -> NullLine:
    return NullLine("row", "", sparsity, scores)


@pytest.mark.parametrize("objective", [*COSTS.values(), *qualities().values()], ids=lambda each: each.name)
def test_an_objective_is_a_metric_of_the_shelf_and_its_direction_is_the_shelfs(objective):
    better = METRICS[objective.metric].better
    assert {"higher": "maximize", "lower": "minimize"}[better] == objective.direction


@pytest.mark.parametrize("name", ["params", "macs", "bytes", "latency"])
def test_a_hundredth_of_the_dense_models_cost_is_all_of_the_axis_and_each_share_its_logarithm(name):
    by = objectives(name, "fcd")
    dense = row(**{by.cost.metric: 400.0})
    axis = [float(cost_axis(by.against(dense).saved(row(**{by.cost.metric: cost})))) for cost in (800, 400, 100, 4, 1)]
    assert [0, 0, log(4) / log(100), 1, 1] == pytest.approx(axis)


@given(st.floats(0, 1))
def test_sparsity_is_saved_as_it_is_whatever_dense_it_is_held_against(sparsity):
    by = Objectives()
    assert sparsity == by.against(row(0.1, macs=7.0)).saved(row(sparsity))
    assert by == by.against(row(0.1))


def test_nothing_is_known_of_a_row_without_the_metric():
    assert isnan(objectives("macs", "fcd").cost.of(row()))
    assert isnan(Objectives().cost.of(row(None)))
    held = objectives("latency", "fcd")
    assert held == held.against(row()) == held.against(None)


def test_bytes_are_those_of_the_compressed_file():
    assert 3.0 == objectives("bytes", "fcd").cost.of(row(bytes=9.0, bytes_compressed=3.0))


def test_a_search_lowers_macs_where_latency_is_asked_for_and_else_what_is_asked_for():
    assert objectives("macs", "kcd") == objectives("latency", "kcd").searched
    assert all(by == by.searched for by in (objectives(name, "fcd") for name in COSTS if name != "latency"))
