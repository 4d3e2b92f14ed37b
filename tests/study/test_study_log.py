"""What a trial tells of itself."""

from dataclasses import replace

from study import tracking_rows
from study.study_log import TrialLog


def test_a_curve_that_is_drawn_or_logged_is_of_one_generator_and_one_number_of_pictures(space, scored):
    settings = space.settings(dict(space.first[0]), channels=1, seed=0)
    dense, half, sparse = (scored(0, settings, threshold, threshold / 100) for threshold in (0.0, 50.0, 90.0))
    screened = replace(sparse, n_samples=250, eligible=False)
    rung = [replace(point, id=f"rung-{point.id}", epoch=1, n_samples=250) for point in (dense, half)]
    trial = TrialLog(0, settings, {}, 0.0, {point.id: point for point in (*rung, screened, half, dense)})
    assert [dense, half] == trial.last_curve
    assert {0, 500} == {row.step for row in tracking_rows.curve(trial)}
    assert [rung[0]] == TrialLog(0, settings, {}, 0.0, {rung[0].id: rung[0]}).last_curve
    assert [] == TrialLog(0, settings, {}, 0.0).last_curve
