"""A network is told as smaller where it is, by what is left of its own dense one."""

from dataclasses import replace

import pytest

from bench.synthetic import write_study
from ganprune.point import Point
from study.analysis.narrow import is_narrower, sentence
from study.records.study import StudyLog


@pytest.fixture
def log(tmp_path) -> StudyLog:
    return write_study(tmp_path / "study.jsonl", trials=3).log


@pytest.fixture
def point(log) -> Point:
    return next(point for point in log.points if point.sparsity)


def test_zeros_make_no_network_smaller_and_fewer_parameters_do(log, point):
    dense = log.dense_of(point)
    assert not is_narrower(point, dense)
    assert is_narrower(replace(point, scores=point.scores | {"params": dense.scores["params"] - 1}), dense)
    assert not is_narrower(point, None)


def test_what_is_left_is_told_cost_by_cost_and_time_where_it_was_measured(log, point):
    dense = log.dense_of(point)
    costs = {"params": 0.25, "macs": 0.5, "bytes": 0.26, "bytes_compressed": 0.3}
    scores = {name: share * dense.scores[name] for name, share in costs.items()}
    small = replace(point, scores=point.scores | scores)
    left = "25 % of its parameters, 50 % of its MACs, 26 % of its bytes, 30 % of its bytes after compression"
    assert sentence(small, dense).endswith(f"{left}.")
    timed = replace(small, scores=small.scores | {"latency_ms": 0.2, "latency_dense_ms": 0.5})
    assert sentence(timed, dense).endswith(f"{left}, 40 % of the time a picture takes.")
