"""What a trial tells of itself."""

from dataclasses import replace

import pytest

from bench.synthetic import write_study
from ganprune.point import Latency
from study.records.journal import read
from study.records.study import TrialLog
from study.tracking import rows


def test_what_was_trained_is_told_not_what_was_drawn(space, scored):
    own = {"lr_g": 0.00048654, "lr_ratio": 1.0252797, "epochs": 4, "recovery_steps": 10, "recovery_rate": 0.2}
    drawn = {"method": "magnitude", "magnitude.threshold": 0.9289} | own
    settings = space.settings(drawn, channels=1, seed=0)
    point = replace(scored(0, settings, 0.5, 0.5), epoch=3)  # of the four epochs that were asked for
    trained = TrialLog(0, settings, drawn, 0.0, {point.id: point}).trained
    assert trained == {"method": "magnitude", "recovery_steps": 10, "recovery_rate": 0.2, "epochs": 3} | {
        "lr_g": settings.train.lr_g,
        "lr_ratio": pytest.approx(settings.train.lr_g / settings.train.lr_d, rel=0.005),
    }
    assert trained["lr_g"] == 0.000422 != drawn["lr_g"]
    assert "epochs" not in TrialLog(0, settings, drawn, 0.0).trained


def test_a_curve_that_is_drawn_or_logged_is_of_one_generator_and_one_number_of_pictures(space, scored):
    settings = space.settings(dict(space.first[0]), channels=1, seed=0)
    dense, half, sparse = (scored(0, settings, threshold, threshold / 100) for threshold in (0.0, 50.0, 90.0))
    screened = replace(sparse, n_samples=250, eligible=False)
    rung = [replace(point, id=f"rung-{point.id}", epoch=1, n_samples=250) for point in (dense, half)]
    trial = TrialLog(0, settings, {}, 0.0, {point.id: point for point in (*rung, screened, half, dense)})
    assert [dense, half] == trial.last_curve
    assert {0, 500} == {row.step for row in rows.curve(trial)}
    assert [rung[0]] == TrialLog(0, settings, {}, 0.0, {rung[0].id: rung[0]}).last_curve
    assert [] == TrialLog(0, settings, {}, 0.0).last_curve


def test_a_curve_without_thresholds_is_what_training_passed_but_for_looks_at_it(space, scored):
    settings = space.settings(dict(space.first[0]), channels=1, seed=0)
    passed = [
        replace(scored(0, settings, 10.0 * epoch, None), id=f"e{epoch}", threshold=None, epoch=epoch)
        for epoch in (2, 6, 8)
    ]
    look = replace(passed[1], id="look", epoch=4, n_samples=250)
    trial = TrialLog(0, settings, {}, 0.0, {point.id: point for point in (*passed[::-1], look)})
    assert passed == trial.last_curve


def test_a_point_has_its_latency_among_its_scores_also_after_it_is_scored_again(tmp_path):
    records = write_study(tmp_path / "study.jsonl", trials=1)
    point = records.log.points[-1]
    records.latency(Latency(0, point.id, 0.3, 0.25, 1.1, 1.3, 100, "a processor"))
    records.point(replace(point, n_samples=5000))
    for log in (records.log, read(tmp_path / "study.jsonl")):
        again = log.trials[0].points[point.id]
        assert (0.3, 0.25, 5000) == (again.scores["latency_ms"], again.scores["latency_dense_ms"], again.n_samples)
        assert pytest.approx(0.1) == again.scores["latency_noise"]


def test_latency_that_was_measured_beside_other_trials_is_not_shown(tmp_path):
    records = write_study(tmp_path / "study.jsonl", trials=1)
    point = records.log.points[-1]
    records.point(replace(point, scores=point.scores | {"latency_ms": 6.9}))
    assert "latency_ms" not in read(tmp_path / "study.jsonl").trials[0].points[point.id].scores


def test_dense_is_of_the_same_training_and_epoch(tmp_path):
    log = write_study(tmp_path / "study.jsonl", trials=3).log
    point = next(point for point in log.points if point.sparsity)
    assert (log.dense_of(point).trial, log.dense_of(point).sparsity) == (point.trial, 0.0)
    assert log.dense_of(replace(point, epoch=point.epoch + 1)) is None
