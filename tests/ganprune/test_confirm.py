"""Confirming: the very same generator where nothing changed, another one under another seed, and no flattery."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ganprune.config import TrialSettings
from ganprune.confirm import confirm, point_seconds
from ganprune.confirm_evaluator import ConfirmEvaluator, yardstick
from ganprune.pace import Pace
from ganprune.point import Confirmed, EpochTrained, Finished, Point, Scored
from ganprune.trial import run_trial

AT_EASE = Pace()


@pytest.fixture
def ruler(evaluator) -> ConfirmEvaluator:
    return yardstick(evaluator, lambda evaluator: None, 0, 300)


@pytest.fixture
def old_ruler(evaluator) -> ConfirmEvaluator:
    """What the search itself scores with."""
    images = replace(evaluator.images, report=evaluator.images.search)
    return ConfirmEvaluator(replace(evaluator, images=images), None, evaluator.inputs, seed=0)


@pytest.fixture
def scored(evaluator) -> Callable[[TrialSettings], list[Scored]]:
    def run(settings: TrialSettings) -> list[Scored]:
        return [event for event in run_trial(0, settings, evaluator) if isinstance(event, Scored)]

    return run


def _points(scored: list[Scored]) -> list[Point]:
    return [each.point for each in scored]


def _of(kind: type, events: list) -> list:
    return [event for event in events if isinstance(event, kind)]


def _all(*asked, pace: Pace = AT_EASE, **kept) -> list:
    return list(confirm(*asked, pace, **kept))


@pytest.mark.parametrize("tuned", [0, 4])
@pytest.mark.parametrize("method", ["percentage", "sensitivity"])
def test_by_the_searchs_own_yardstick_a_point_scores_what_it_scored(
    scored, settings, changed, old_ruler, tuned, method
):
    """So it is made again to the last weight."""
    own = {"threshold": 0.8 if method == "sensitivity" else 60}
    settings = changed(settings, method=method, own=own, recovery="finetune", recovery_steps=tuned)
    points = {point.id: point for point in _points(scored(settings))}
    *confirmed, finished = _all(settings, list(points.values()), old_ruler)
    assert Finished("completed") == finished
    assert list(points) == [each.point for each in confirmed]
    for each in confirmed:
        point = points[each.point]
        assert (point.scores["fcd"], point.scores["coverage"], point.sparsity) == _told(each)
        assert (settings.train.seed, point.n_samples) == (each.seed, each.n_samples)
        assert 3 * 192 + point.images == each.images


def _told(confirmed: Confirmed) -> tuple[float, float, float]:
    return confirmed.score, confirmed.coverage, confirmed.sparsity


def test_after_an_upgrade_of_torch_it_is_the_stored_generator_that_is_confirmed(
    scored, settings, old_ruler, monkeypatch
):
    """It need not be trained again, to other weights at that."""
    points = _points(scored(settings))
    monkeypatch.setattr("torch.__version__", "99.0.0")
    *confirmed, _ = _all(settings, points, old_ruler)
    assert [(each.id, each.scores["fcd"]) for each in points] == [(each.point, each.score) for each in confirmed]


def test_what_was_found_before_the_last_epoch_is_confirmed_as_it_was_then(scored, settings, changed, old_ruler):
    early, late = (_points(scored(changed(settings, epochs=epochs))) for epochs in (2, 3))
    confirmed = _of(Confirmed, _all(settings, [*late, *early], old_ruler))
    then = {point.id: point.scores["fcd"] for point in (*early, *late)}
    assert then == {each.point: each.score for each in confirmed}


def test_weights_that_were_kept_are_scored_as_they_are(scored, settings, changed, old_ruler, tmp_path):
    settings = changed(settings, recovery="finetune", recovery_steps=4)
    dense, own, *_ = scored(settings)
    file = tmp_path / "kept.safetensors"
    file.write_bytes(dense.weights)  # another point's, to tell it from tuning again
    kept: dict[str, Path] = {own.point.id: file}
    (confirmed,) = _of(Confirmed, _all(settings, [own.point], old_ruler, kept=kept))
    assert (dense.point.scores["fcd"], 3 * 192) == (confirmed.score, confirmed.images)


def test_fresh_latents_and_other_pictures_give_another_score_with_its_interval(scored, settings, ruler):
    points = _points(scored(settings))
    for each, point in zip(_of(Confirmed, _all(settings, points, ruler)), points, strict=True):
        assert each.score != point.scores["fcd"]
        assert each.lo < each.score < each.hi
        assert 300 == each.n_samples


def test_another_seed_trains_another_generator_as_sparse_and_only_once(scored, settings, changed, ruler):
    points = _points(scored(settings))
    other = changed(settings, seed=5)
    first = _all(other, points, ruler)
    assert [1, 2, 3] == [event.epoch for event in _of(EpochTrained, first)]
    own = _of(Confirmed, _all(settings, points, ruler))
    for each, mine in zip(_of(Confirmed, first), own, strict=True):
        assert (5, each.point) == (each.seed, mine.point)
        assert each.score != mine.score
        assert each.sparsity == pytest.approx(mine.sparsity, abs=1e-3)
        assert 3 * 192 == each.images
    assert first[3:] == _all(other, points, ruler)


def test_where_the_training_diverges_its_points_score_infinity_instead_of_being_left_out(
    scored, settings, changed, ruler
):
    points = _points(scored(settings))
    *lost, finished = _all(changed(settings, seed=5, lr_d=1e30), points, ruler)
    assert Finished("completed") == finished
    assert [point.id for point in points] == [each.point for each in lost]
    assert {(math.inf, math.inf, -math.inf)} == {(each.score, each.hi, each.skill) for each in lost}


def test_out_of_time_nothing_is_trained_and_what_is_scored_stands(scored, settings, changed, ruler):
    points = _points(scored(settings))
    past = Pace(deadline=1.0)
    (finished,) = _all(changed(settings, seed=5), points, ruler, pace=past)
    assert "stopped" == finished.state
    soon = Pace(deadline=time.time() + 1e3, score_seconds=1e3)
    assert ["stopped"] == [event.state for event in _all(settings, points, ruler, pace=soon)]


def test_a_point_takes_as_long_as_it_has_pictures_and_steps(settings, changed):
    pace = Pace(score_seconds=2.0, step_seconds=0.1)
    assert 10.0 == point_seconds(settings, pace, 5)
    assert 12.0 == point_seconds(changed(settings, recovery="finetune", recovery_steps=20), pace, 5)
