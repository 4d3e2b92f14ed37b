"""A claim "smaller by pruning" is held against what is small without pruning."""

from dataclasses import replace

import pytest

from bench.synthetic import write_study
from ganprune.controls import OTHERS
from ganprune.null_names import SECOND_SEED
from study.analysis.figures import score
from study.analysis.findings import Findings, findings
from study.analysis.size_baselines import SIZE, SMALLER, ZEROS
from tests.study.scored_again import add_smaller


@pytest.fixture
def found(tmp_path) -> Findings:
    log = write_study(tmp_path / "study.jsonl", 20).log
    add_smaller(log)
    return findings(log)


def test_the_networks_that_trials_make_are_known_here():
    narrower = OTHERS.keys() - {SECOND_SEED}
    assert {*narrower, *(f"dense at {bits} bits" for bits in (16, 8, 4))} == set(SMALLER)


def test_the_front_over_bytes_is_what_nothing_beats_in_both(found):
    corners = {point.id: (point.scores[SIZE], point.scores["fcd"]) for point in found.points if point.eligible}
    kept = {point.id for point in found.size_front}
    for name, own in corners.items():
        beaten = any(other != own and other[0] <= own[0] and other[1] <= own[1] for other in corners.values())
        assert (name not in kept) == beaten


def test_points_that_a_smaller_dense_network_beats_are_told_with_it(found):
    nulls = {name: found.log.nulls[name, None].scores for name in SMALLER}
    for point in found.front:
        better = {name for name, own in nulls.items() if own[SIZE] <= point.scores[SIZE]}
        better = {name for name in better if nulls[name]["fcd"] <= point.scores["fcd"]}
        assert better == set(found.beaten.get(point.id, []))
    assert found.beaten
    assert f"{len(found.beaten)} of {len(found.front)} points of the front are beaten" in found.bytes_sentence


def test_a_front_that_beats_them_all_says_so(found):
    for null in found.nulls:
        null.scores["fcd"] = 100.0
    assert found.bytes_sentence.startswith("In bytes, no dense network")


def test_what_is_smaller_and_better_than_the_answer_is_told_with_its_figures(found):
    scores = found.log.nulls["dense at 4 bits", None].scores
    scores |= {"fcd": found.answer.scores["fcd"] - 0.01, SIZE: 2100}
    told = found.instead
    assert told.startswith(
        f"As a file, 4-bit dense is smaller and better: 2.1 kB, fcd {score(scores['fcd'])}; this point:"
    )
    assert told.endswith("(scores of the search). " + ZEROS)


def test_a_point_that_none_beats_is_told_what_zeros_dont_buy_alone(found):
    for null in found.nulls:
        null.scores["fcd"] = 100.0
    assert found.instead == ZEROS


def test_where_channels_went_the_file_is_smaller(found):
    for null in found.nulls:
        null.scores["fcd"] = 100.0
    narrow = replace(found.answer, scores=found.answer.scores | {"params": 1000})
    assert found.instead_of(narrow).startswith("Channels went, so the network is smaller whatever runs it.")
    assert "2 % of its parameters, 100 % of its MACs" in found.instead_of(narrow)


def test_without_such_networks_nothing_is_said(tmp_path):
    assert findings(write_study(tmp_path / "plain.jsonl", 3).log).bytes_sentence == ""
