"""A front that shrinks when it is scored again says so, and the fronts it may lie between enclose it."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from scipy import stats

from bench.synthetic import write_study
from study.analysis.findings import findings
from study.records.study import StudyLog
from tests.study.scored_again import confirmed, score_again, without_other_seeds


@pytest.fixture
def log(tmp_path) -> StudyLog:
    return write_study(tmp_path / "study.jsonl", 20).log


def test_a_study_that_was_not_scored_again_says_nothing(log):
    assert findings(log).rescored is None
    assert findings(log).band is None


@pytest.mark.parametrize(("worse", "verb"), [(1.2, "shrinks"), (1.0, "holds"), (0.9, "holds")])
def test_the_front_says_whether_it_shrinks(log, worse, verb):
    score_again(log, worse=worse)
    told = findings(log).rescored
    assert f"the front {verb}: hypervolume {told.hypervolume_search:.3f} → {told.hypervolume_report:.3f}" in (
        told.sentence
    )


def test_a_point_that_another_beats_on_report_does_not_stay(log):
    front = findings(log).front
    for place, point in enumerate(front):  # the second is as good as the third, but less sparse
        fcd = point.scores["fcd"] if place != 1 else front[2].scores["fcd"]
        log.confirmed[point.id, 0] = confirmed(point.id, 0, fcd)
    told = findings(log).rescored
    assert [point.id for point in front if point.id not in told.stayed] == [front[1].id]
    assert f"{len(front) - 1} of {len(front)} points stay on it." in told.sentence


def test_only_what_was_scored_again_is_compared(log):
    point = findings(log).front[-1]
    log.confirmed[point.id, 0] = confirmed(point.id, 0, point.scores["fcd"])
    told = findings(log).rescored
    assert told.hypervolume_report == pytest.approx(told.hypervolume_search)
    assert f"1 of 1 points of {told.front} that are on it stay" in told.sentence


def test_a_front_of_which_only_the_dense_end_was_scored_again_claims_nothing(log):
    dense = next(point for point in findings(log).front if not point.sparsity)
    log.confirmed[dense.id, 0] = confirmed(dense.id, 0, dense.scores["fcd"])
    assert findings(log).rescored is None


def test_luck_of_the_seed_is_told_in_per_cent(log):
    for point in findings(log).front:
        for seed, fcd in enumerate((4.0, 4.4, 4.4)):
            log.confirmed[point.id, seed] = confirmed(point.id, seed, fcd)
    told = findings(log).rescored
    assert told.worse_by == pytest.approx(0.1)
    assert "10.0\u00a0% worse" in told.more
    without_other_seeds(log)
    assert "seeds" not in findings(log).rescored.more


def test_trainings_that_diverged_are_counted(log):
    score_again(log, seeds=2)
    told = findings(log).rescored
    for (name, seed), each in log.confirmed.items():
        log.confirmed[name, seed] = replace(each, score=inf) if seed == 2 else each
    assert findings(log).rescored.diverged == told.trainings / 2 > 0 == told.diverged
    assert f"{told.trainings} trainings, {told.trainings // 2} of which diverged" in findings(log).rescored.more


def test_the_referees_order_is_compared_as_spearman_did(log):
    score_again(log)
    referee = np.random.default_rng(1).normal(4, 1, len(log.confirmed))
    for (key, each), fcd in zip(log.confirmed.items(), referee, strict=True):
        log.confirmed[key] = replace(each, referee=float(fcd))
    found = findings(log)
    pairs = [(point.scores["fcd"], found.confirmed[point.id].own.referee) for point in found.front]
    assert found.rescored.agreement == pytest.approx(stats.spearmanr(pairs).statistic)
    for point in found.front[3:]:
        log.confirmed[point.id, 0] = replace(log.confirmed[point.id, 0], referee=None)
    assert findings(log).rescored.agreement is None


def test_the_band_encloses_every_interval_end_that_stands_on_it(log):
    score_again(log)
    found = findings(log)
    band = found.band
    for ends, side in ((band.optimistic, 0), (band.pessimistic, 1)):
        assert (np.diff(ends) >= 0).all()
        for sparsity, level in zip(band.sparsity, ends, strict=True):
            served = [each.interval[side] for each in found.front_again if each.point.sparsity >= sparsity]
            assert level == min(served)
    assert (band.optimistic < band.pessimistic).all()


def test_the_band_is_of_this_file_where_settings_were_not_trained_again(log):
    score_again(log)
    without_other_seeds(log)
    band = findings(log).band
    assert band.pessimistic / band.optimistic == pytest.approx(1.02 / 0.98)
