"""The smallest point of the front that keeps all limits; what stops the next; where none does, the nearest."""

from dataclasses import replace

import pytest

from bench.synthetic import write_study
from ganprune.errors import UserError
from ganprune.point import Point
from study.analysis.findings import Findings, findings
from study.analysis.pick import pick
from study.analysis.size_baselines import SIZE
from study.records.study import StudyLog
from study.settings.arguments import asked
from study.settings.limits import Limit
from tests.study.scored_again import score_again, time_it


@pytest.fixture
def log(tmp_path) -> StudyLog:
    return write_study(tmp_path / "study.jsonl", 12).log


@pytest.fixture
def found(log) -> Findings:
    return findings(log)


def limits(**variables: object) -> list[Limit]:
    return asked(variables).limits


def at(found: Findings, place: int) -> Point:
    return found.front[place]


def refusal(found: Findings, **variables: object) -> str:
    with pytest.raises(UserError) as refused:
        pick(found, limits(**variables))
    assert "\n" not in str(refused.value)
    return str(refused.value)


def with_scores(log: StudyLog, point: Point, **scores: float) -> None:
    log.trials[point.trial].points[point.id] = replace(point, scores=point.scores | scores)


@pytest.mark.parametrize("again", [False, True])
def test_within_the_headlines_own_limit_it_is_the_headline(log, again):
    if again:
        score_again(log)
    found = findings(log)
    assert pick(found, limits(MAX_LOSS="10%")).point == found.headline


def test_of_several_limits_all_hold_and_the_one_that_stops_the_next_is_named(log, found):
    point, after = at(found, 3), at(found, 4)
    picked = pick(found, limits(MAX_FCD=str(point.scores["fcd"]), MAX_BYTES="1M", MIN_SPARSITY="0.1"))
    assert picked.point == point
    assert (
        f"The next smaller, {after.id}, is stopped by MAX_FCD={point.scores['fcd']}: fcd {after.scores['fcd']:.4g}."
        in (picked.sentence)
    )


def test_a_limit_of_size_stops_the_next_where_a_sparser_network_takes_more_bytes(log, found):
    after = at(found, 4)
    with_scores(log, after, **{SIZE: 10**6})
    picked = pick(findings(log), limits(MAX_FCD=str(after.scores["fcd"]), MAX_BYTES="500k"))
    assert picked.point.id == at(found, 3).id
    assert f"{after.id}, is stopped by MAX_BYTES=500k: 1,000,000 bytes" in picked.sentence


def test_where_nothing_is_smaller_it_says_so(found):
    picked = pick(found, limits(MIN_SPARSITY="50%"))
    assert picked.point == found.front[-1]
    assert picked.sentence.endswith("keeps MIN_SPARSITY=50%. It is the smallest of all.")


def test_what_was_scored_again_counts_instead_of_what_the_search_saw(log, found):
    limit = limits(MAX_FCD=str(at(found, -3).scores["fcd"]))
    assert pick(found, limit).point == at(found, -3)
    score_again(log, worse=1.2)
    again = {each.point.id: each.own.score for each in findings(log).front_again}
    assert pick(findings(log), limit).point == [point for point in found.front if again[point.id] <= limit[0].value][-1]
    assert again[at(found, -3).id] > limit[0].value


def test_a_point_at_the_border_keeps_it(found):
    size = int(at(found, 2).scores[SIZE])
    keeping = [point for point in found.front if point.scores[SIZE] <= size]
    assert at(found, 2) in keeping
    assert pick(found, limits(MAX_BYTES=str(size))).point == keeping[-1]


def test_a_limit_that_no_point_keeps_is_named_with_the_nearest_point(found):
    smallest = min(found.front, key=lambda point: point.scores[SIZE])
    told = refusal(found, MAX_BYTES="1k", MAX_LOSS="500%")
    assert told.startswith("no point of synthetic's front keeps MAX_BYTES=1k; the nearest, ")
    assert f"{smallest.id}, breaks MAX_BYTES=1k: {smallest.scores[SIZE]:,} bytes" in told


def test_limits_that_contradict_each_other_are_named_with_the_point_that_breaks_them_least(found):
    limit_of, next_to = at(found, 4), at(found, 3)
    told = refusal(found, MIN_SPARSITY=str(limit_of.sparsity), MAX_FCD=str(limit_of.scores["fcd"] * 0.999))
    assert " together; the nearest, " in told
    assert f"{limit_of.id}, breaks MAX_FCD=" in told
    assert next_to.id not in told
    assert "breaks MIN_SPARSITY" not in told


def test_latency_that_was_not_measured_is_one_line_that_says_how_to_have_it(found):
    told = refusal(found, MAX_LATENCY="2ms")
    assert told.startswith("MAX_LATENCY=2ms: study synthetic: no latency was measured")
    assert "more TIME" in told


def test_a_point_whose_latency_is_not_known_does_not_keep_a_limit_of_it(log, found):
    time_it(log, at(found, 2))
    picked = pick(findings(log), limits(MAX_LATENCY="2ms"))
    assert picked.point.id == at(found, 2).id
    assert f"{at(found, 3).id}, is stopped by MAX_LATENCY=2ms: unknown." in picked.sentence


def test_without_a_dense_generator_no_loss_can_be_limited(log):
    for point in log.points:
        if point.target == 0:
            del log.trials[point.trial].points[point.id]
    assert refusal(findings(log), MAX_LOSS="10%").startswith("MAX_LOSS=10%: study synthetic: no dense generator")
