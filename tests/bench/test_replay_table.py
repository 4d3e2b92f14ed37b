"""A table of recorded trainings answers for settings between them."""

import math

import pytest

from bench.record import AVERAGED, RAW
from bench.replay.recorded import recorded
from bench.replay.table import Table
from tests.bench.worlds import LR_G, LR_RATIO, SPARSITIES, UNIT, row, rows, true_fcd


def test_a_recorded_point_is_found_as_it_was_recorded():
    table = Table(rows(), [])
    for sparsity in (0.0, *SPARSITIES):
        found = table.curve(LR_G[1], LR_RATIO[2], 120, "sensitivity", RAW).at(sparsity)
        assert row(LR_G[1], LR_RATIO[2], 120, RAW, "sensitivity", sparsity) | found == pytest.approx(
            row(LR_G[1], LR_RATIO[2], 120, RAW, "sensitivity", sparsity)
        )


@pytest.mark.parametrize(("lr_g", "lr_ratio"), [(4e-4, 0.7), (2e-3, 5.0), (1e-3, 3.0)])
def test_between_trainings_and_sparsities_distances_are_interpolated_as_logarithms(lr_g, lr_ratio):
    halfway = 1 - math.sqrt((1 - 0.75) * (1 - 0.875))
    found = Table(rows(), []).curve(lr_g, lr_ratio, 80, "magnitude", AVERAGED).at(halfway)
    assert found["fcd"] == pytest.approx(true_fcd(lr_g, lr_ratio, 80, "magnitude", halfway))


def test_beyond_the_recorded_trainings_the_nearest_one_answers():
    found = Table(rows(), []).curve(1e-4, 20, 80, "magnitude", AVERAGED).at(0.5)
    assert found["fcd"] == pytest.approx(true_fcd(LR_G[0], LR_RATIO[2], 80, "magnitude", 0.5))


@pytest.mark.parametrize("method", UNIT)
def test_a_larger_threshold_never_removes_less(method):
    curve = recorded().table.curve(1.2e-3, 3.0, 120, method, AVERAGED)
    found = [curve.at_threshold(UNIT[method] * share / 50)["sparsity"] for share in range(50)]
    assert found == sorted(found)
    assert found[0] < 0.01 < 0.9 < found[-1]


def test_where_the_nearest_training_diverged_there_is_no_curve():
    gone = {"lr_g": LR_G[2], "lr_ratio": LR_RATIO[0], "epoch": 200, "weights": AVERAGED}
    left = [each for each in rows() if any(each[name] != value for name, value in gone.items())]
    table = Table(left, [gone])
    assert table.curve(0.9 * LR_G[2], LR_RATIO[0], 200, "magnitude", AVERAGED) is None
    assert table.curve(0.9 * LR_G[2], LR_RATIO[0], 120, "magnitude", AVERAGED)
    assert table.curve(LR_G[1], LR_RATIO[0], 200, "magnitude", AVERAGED)


def test_the_recorded_trainings_tell_that_longer_is_better_and_sparser_is_worse():
    known = recorded()
    by_epoch = [known.table.curve(1e-3, 1.78, epoch, "magnitude", AVERAGED).at(0.75)["fcd"] for epoch in (40, 80, 200)]
    assert by_epoch == sorted(by_epoch, reverse=True)
    curve = known.table.curve(1e-3, 1.78, 200, "magnitude", AVERAGED)
    by_sparsity = [curve.at(sparsity)["fcd"] for sparsity in (0.0, 0.75, 0.875, 0.9375)]
    assert by_sparsity == sorted(by_sparsity)
