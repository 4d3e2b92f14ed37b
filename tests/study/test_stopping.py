"""Who may go on at a rung: the best halves go on, one at least, and a new driver decides as the old one would."""

from dataclasses import replace

import moocore
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganprune.config import TrainSettings
from study.policy import Policy
from study.records import Records
from study.stopping import Rungs, ranks, rungs

CORNERS = st.lists(st.tuples(st.floats(0, 1), st.floats(-1, 1)), min_size=1, max_size=4).map(np.array)


@pytest.mark.parametrize(
    ("epochs", "grid", "factor", "expected"),
    [
        (16, [4, 8, 12, 16], 2, (4, 8)),
        (12, [4, 8, 12, 16], 2, (4, 8)),
        (200, [40, 80, 120, 200], 2, (80,)),
        (16, [4, 8, 12, 16], 3, (4, 12)),
        (4, [4, 8, 12, 16], 2, ()),
    ],
)
def test_rungs_stand_on_the_grid_from_a_quarter_on_and_each_is_times_as_far(epochs, grid, factor, expected):
    assert expected == rungs(epochs, grid, Policy(factor=factor, first_rung=0.25))


def test_without_a_first_rung_nothing_is_stopped():
    assert () == rungs(16, [4, 8, 12, 16], Policy(first_rung=None))


@given(st.dictionaries(st.integers(0, 50), CORNERS, min_size=1, max_size=8))
def test_what_a_curve_adds_is_the_area_that_is_lost_without_it(curves):
    for name, (added, own, best) in ranks(curves).items():
        others = [corners for other, corners in curves.items() if other != name]
        area = [
            moocore.hypervolume(np.vstack(each), ref=[0, 0], maximise=True) if each else 0.0
            for each in (list(curves.values()), others, [curves[name]])
        ]
        assert pytest.approx(area[0] - area[1], abs=1e-12) == added
        assert pytest.approx(area[2]) == own
        assert curves[name][:, 1].max() == best


@pytest.fixture
def study(tmp_path, space, scored):
    """Records to which trials come that were scored at a rung, with some skill."""
    records = Records(tmp_path / "records.jsonl")

    def look(number: int, skill: float, epoch: int = 2, target: float = 0.75) -> TrainSettings:
        settings = space.settings(dict(space.first[0]) | {"lr_g": 1e-4 * (number + 1)}, channels=1, seed=0)
        if number not in records.log.trials:
            records.asked(number, settings, dict(space.first[0]))
        records.point(replace(scored(number, settings, 50.0 + number, target, skill=skill), epoch=epoch, n_samples=250))
        return settings.train

    return records, look


def _passes(records: Records, train: TrainSettings, factor: int = 2) -> bool:
    return Rungs(records.log, factor).lets_pass(train, 2)


def test_the_first_one_passes_and_then_the_better_half(study):
    records, look = study
    first = look(0, 0.5)
    assert _passes(records, first)
    worse = look(1, 0.2)
    assert not _passes(records, worse)
    better = look(2, 0.7)
    assert _passes(records, better)
    assert _passes(records, first)
    assert not _passes(records, worse)


def test_where_nothing_has_skill_yet_the_least_bad_passes(study):
    records, look = study
    bad, worse = look(0, -0.5), look(1, -2.0)
    assert (True, False) == (_passes(records, bad), _passes(records, worse))


def test_a_training_is_judged_once_however_many_methods_pruned_it(study, space, scored):
    records, look = study
    look(0, 0.6)
    middle = look(1, 0.5)
    look(2, 0.4)
    look(3, 0.3)
    for sibling in range(10, 20):
        settings = space.settings(dict(space.first[0]) | {"lr_g": 1e-4}, channels=1, seed=0)
        records.asked(sibling, settings, dict(space.first[0]))
        records.point(replace(scored(sibling, settings, 60.0, 0.75, skill=0.6), epoch=2))
    assert _passes(records, middle)


def test_what_could_not_be_scored_does_not_pass(study):
    records, look = study
    assert not _passes(records, look(0, float("nan")))


def test_other_epochs_do_not_take_part(study):
    records, look = study
    look(0, 0.9, epoch=4)
    assert _passes(records, look(1, 0.1))
