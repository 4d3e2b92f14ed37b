"""The headline is what holds on pictures that no search saw, and says how sure it is."""

from dataclasses import replace
from math import inf, sqrt

import pytest

from ganprune.objective import Objectives, objectives, qualities
from ganprune.point import Point
from study.analysis.headline import headline
from study.analysis.intervals import ScoredAgain
from tests.study.analysis.test_pareto import scored
from tests.study.scored_again import confirmed


def points() -> list[Point]:
    dense = scored(0, 2.0, target=0.0, name="dense")
    others = {0.5: 2.08, 0.75: 2.15, 0.9: 2.25, 0.97: 2.4}
    return [dense, *(scored(sparsity, fcd, name=f"at-{sparsity}") for sparsity, fcd in others.items())]


def again(given: list[Point], fcd: dict[str, float], reach: float = 0.02) -> dict[str, ScoredAgain]:
    """These points, of the given ones, on `report`."""
    found = {}
    for point in given:
        if point.id in fcd:
            own = confirmed(point.id, 0, fcd[point.id])
            own = replace(own, lo=(1 - reach) * own.score, hi=(1 + reach) * own.score)
            found[point.id] = ScoredAgain(point, own, (), None)
    return found


def test_it_is_the_sparsest_point_within_a_tenth_of_the_best_dense():
    good = [scored(0, 2.0, target=0.0), scored(0.9, 2.19), scored(0.97, 2.21)]
    assert good[1] == headline(good, Objectives()).point
    # A badly trained one loses nothing, which is no news.
    badly = [scored(0, 5.0, target=0.0), scored(0.985, 5.1)]
    assert good[1] == headline(good + badly, Objectives()).point


def test_there_is_none_without_a_dense_model():
    assert headline([scored(0.5, 2)], Objectives()) is None


def test_by_the_searchs_scores_it_ranges_over_the_noise_of_scoring_again():
    held = headline(points(), Objectives())
    assert (held.point.sparsity, held.range) == (0.75, (0.5, 0.9))
    noise = qualities()["fcd"].noise
    assert held.change_range(held.point) == pytest.approx((0.075 - noise, 0.075 + noise))


def test_noise_that_was_never_measured_gives_no_range():
    kid = [replace(point, scores=point.scores | {"kid": point.scores["fcd"]}) for point in points()]
    held = headline(kid, objectives("sparsity", "kid"))
    assert (held.range, held.change_range(held.point)) == (None, None)
    assert held.point.sparsity == 0.75


def test_what_was_scored_again_counts_instead_of_what_the_search_saw():
    fcd = {"dense": 2.1, "at-0.5": 2.2, "at-0.75": 2.5, "at-0.9": 2.6}
    held = headline(points(), Objectives(), again(points(), fcd))
    assert held.point.id == "at-0.5"
    assert held.change(held.point) == pytest.approx(2.2 / 2.1 - 1)
    assert held.dense.scores["fcd"] == 2.1
    assert held.change_range(held.point) == pytest.approx((2.2 / 2.1 - 1.02, 2.2 / 2.1 - 0.98))
    assert held.range == (0.5, 0.5)


def test_what_is_sure_is_what_its_whole_interval_is_within():
    fcd = {"dense": 2.0, "at-0.5": 2.08, "at-0.75": 2.17, "at-0.9": 2.23}
    held = headline(points(), Objectives(), again(points(), fcd))
    assert (held.point.sparsity, held.range) == (0.75, (0.5, 0.9))


@pytest.mark.parametrize("missing", [{"dense"}, {"at-0.5", "at-0.75"}])
def test_without_dense_or_any_pruned_point_scored_again_the_searchs_scores_count(missing):
    fcd = dict.fromkeys({"dense", "at-0.5", "at-0.75"} - missing, 3.0)
    held = headline(points(), Objectives(), again(points(), fcd))
    assert held.point.id == "at-0.75"
    assert held.dense.scores["fcd"] == 2.0


def test_the_noise_of_this_study_takes_the_place_of_another_ones():
    known = again(points(), {"at-0.5": 2.1}, reach=0.02)
    n = known["at-0.5"].own.n_samples
    held = headline(points(), Objectives(), known)
    assert held.reach_of(held.point) == pytest.approx(0.02 * sqrt(n / 1000))


def test_a_score_that_is_not_finite_is_no_reference():
    held = headline(points(), Objectives(), again(points(), {"dense": inf, "at-0.5": 2.1}))
    assert held.dense.scores["fcd"] == 2.0
