"""`make pick` tells a point and what it costs, and writes nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.synthetic import write_study
from ganprune.errors import UserError
from study.analysis.findings import findings
from study.commands.pick import chosen, pick_point, role
from study.records.paths import Out, StudyPaths
from study.settings.arguments import Asked, asked
from tests.study.poor_studies import diverged, without_dense


@pytest.fixture
def paths(tmp_path) -> StudyPaths:
    return Out(tmp_path).study("synthetic")


@pytest.fixture
def log(paths):
    return write_study(paths.records, 12).log


def given(tmp_path: Path, **variables: str) -> Asked:
    return asked({"OUT": tmp_path, "NAME": "synthetic", **variables})


def told(tmp_path: Path, **variables: str) -> list[str]:
    said: list[str] = []
    pick_point(given(tmp_path, **variables), said.append)
    return said


def test_it_tells_the_point_its_cost_what_stops_the_next_and_how_to_export_it(log, tmp_path):
    point = findings(log).headline
    first, costs, quality, *_, last = told(tmp_path, MAX_LOSS="10%", MAX_BYTES="1M")
    assert first.startswith(f"{point.id}: ")
    assert "the smallest of the front that keeps MAX_LOSS=10% and MAX_BYTES=1M. The next smaller, " in first
    assert "is stopped by MAX_LOSS=10%: +" in first
    assert f"{point.scores['bytes_compressed']:,} bytes after compression" in costs
    assert f"fcd {point.scores['fcd']:.3g} against" in quality
    assert last == "next: make export NAME=synthetic MAX_LOSS=10% MAX_BYTES=1M"
    assert [file.name for file in (tmp_path / "synthetic").iterdir()] == ["records"]


def test_without_limits_it_is_the_answer_and_with_a_point_that_one(log, tmp_path):
    found = findings(log)
    assert told(tmp_path)[0].startswith(f"{found.answer.id}: ")
    other = found.points[0]
    first, *_, last = told(tmp_path, POINT=other.id)
    assert first.startswith(f"{other.id}: ")
    assert last == f"next: make export NAME=synthetic POINT={other.id}"


def test_a_point_beside_limits_is_one_line(log, paths, tmp_path):
    with pytest.raises(UserError, match="POINT=x beside MAX_LOSS=10%: limits pick a point; give one"):
        chosen(findings(log), given(tmp_path, POINT="x", MAX_LOSS="10%"), paths)


def test_the_answer_is_the_headline_or_a_knee_that_is_not_taken_for_one(log, paths, tmp_path):
    """Of curves that lose little, and of those that every pruned point of costs too much."""
    good = findings(log)
    assert chosen(good, given(tmp_path), paths) == (good.headline, ", the headline of synthetic")
    poor = findings(spoilt(log))
    knee = ", the knee of synthetic: no pruned point is within 10 % of dense"
    assert chosen(poor, given(tmp_path), paths) == (poor.knee, knee)
    assert role(poor.dense, poor) == ""


def spoilt(log):
    for point in log.points:
        if point.sparsity:
            worse = replace(point, scores=point.scores | {"fcd": 5 * point.scores["fcd"]})
            log.trials[point.trial].points[point.id] = worse
    return log


def test_where_no_trial_scored_a_point_no_other_is_offered(log, paths, tmp_path):
    diverged(log)
    with pytest.raises(UserError, match="12 of 12 trials diverged") as refused:
        chosen(findings(log), given(tmp_path), paths)
    assert "POINT" not in str(refused.value)


def test_without_a_dense_generator_the_knee_is_not_held_against_one(log, paths, tmp_path):
    without_dense(log)
    _, told = chosen(findings(log), given(tmp_path), paths)
    assert ", the knee of synthetic: no dense generator was scored" == told
