"""Who may go on at a rung: the best halves go on, one at least, and a new driver decides as the old one would."""

import math
from dataclasses import replace
from itertools import permutations

import moocore
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganprune.config import RUNG_TARGETS, TrialSettings
from ganprune.cost_axis import cost_axis
from ganprune.methods import identity_of
from ganprune.objective import objectives
from ganprune.point import EpochTrained, Finished, Point, RungReached, Scored
from study.analysis.short_trainings import ENOUGH, Seen
from study.records.journal import Records, read
from study.records.study import StudyLog
from study.search.jobs import Job
from study.search.search_phase import BEHIND
from study.search.stopping import Rung, Rungs, ranks, rungs
from study.settings.policy import Policy
from tests.study.calls import Call

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


LOOKED_AT = st.dictionaries(st.sampled_from(RUNG_TARGETS), st.integers(-9, 99), min_size=1)
TRAININGS = st.dictionaries(st.integers(0, 30), LOOKED_AT, min_size=1, max_size=12)


@given(TRAININGS, st.integers(2, 3), st.data())
def test_a_rung_judges_as_the_ranks_of_all_curves_would(skills, factor, data):
    """In whatever order they come, and whenever somebody looks."""
    rung, curves = Rung(), {}
    for name, target in data.draw(st.permutations([(each, target) for each in skills for target in skills[each]])):
        skill = skills[name][target] + name / 100  # no two alike
        rung.add(name, target, skill)
        curves.setdefault(name, []).append((float(cost_axis(target)), skill))
        ranked = ranks({each: np.array(corners) for each, corners in curves.items()})
        best = sorted(ranked, key=ranked.get, reverse=True)[: math.ceil(len(ranked) / factor)]
        assert (name in best) == rung.has_among_best(name, factor)
    assert not rung.has_among_best("another", factor)


@pytest.fixture
def study(tmp_path, space, scored):
    """Records to which trials come that were scored at a rung, with some skill."""
    records = Records(tmp_path / "records.jsonl")

    def look(number: int, skill: float, epoch: int = 2, target: float = 0.75) -> TrialSettings:
        settings = space.settings(dict(space.first[0]) | {"lr_g": 1e-4 * (number + 1)}, channels=1, seed=0)
        if number not in records.log.trials:
            records.asked(number, settings, dict(space.first[0]))
        records.point(replace(scored(number, settings, 50.0 + number, target, skill=skill), epoch=epoch, n_samples=250))
        return settings

    return records, look


def _passes(records: Records, settings: TrialSettings, factor: int = 2) -> bool:
    return Rungs(records.log, factor).lets_pass(settings, 2)


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


def _curve(job: Job, scored, skill: float) -> list[Point]:
    return [scored(job.number, job.settings, threshold, target, skill=skill) for threshold, target in LOOKED]


def _glance(job: Job, scored, skill: float) -> list[Scored]:
    few = {"epoch": 2, "n_samples": 250, "eligible": False}
    return [Scored(replace(p, id=f"{p.id}-2", **few), b"png") for p in _curve(job, scored, skill)]


LOOKED = [(0.0, 0.0), (70.0, 0.75), (90.0, 0.9375)]


def _alike(number: int) -> Seen:
    """A training that stands at its end as a look after two of four epochs told."""
    return Seen(number, number, (2, 4), (number / 100, 0.5), (number / 100, 0.6))


ALIKE = [_alike(number) for number in range(ENOUGH)]


def _next(driver: Call, may_be_stopped: bool = True) -> Job:
    """The next trial of four epochs that may be stopped, or may not; others end at once."""
    while True:
        job = driver.search_phase.suggest()
        if job.rungs and bool(driver.records.log.trials[job.number].stops) == may_be_stopped:
            return job
        driver.search_phase.on_event(job.number, Finished("diverged"))


def _train(driver: Call, job: Job, scored, skill: float) -> bool:
    """Come to the rung; whether it is over then."""
    for event in (EpochTrained(2, 0.7, 1.3, 640, 2.0), *_glance(job, scored, skill), RungReached(2)):
        driver.search_phase.on_event(job.number, event)
    return driver.search_phase.is_over(job.number)


def test_trials_of_the_space_s_own_choice_are_never_stopped(call):
    first, *_ = (call().search_phase.suggest() for _ in range(1))
    assert () == first.rungs


def test_a_trial_that_is_behind_at_a_rung_is_over_and_recorded_as_stopped(call, scored):
    driver = call(trials=None, recorded=ALIKE)
    good, bad = _next(driver), _next(driver)
    assert (False, True) == (_train(driver, good, scored, 0.6), _train(driver, bad, scored, 0.2))
    ended = read(driver.paths.records).trials[bad.number].ended
    assert ("stopped", True, 640) == (ended.state, ended.reason.startswith(BEHIND), ended.images)


def test_a_new_driver_decides_by_what_the_old_one_saw(call, scored):
    lost = call(trials=None, recorded=ALIKE)
    _train(lost, _next(lost), scored, 0.6)
    driver = call(trials=None, recorded=ALIKE)
    driver.search_phase.suggest()
    assert _train(driver, _next(driver), scored, 0.2)


def test_where_no_look_is_known_to_tell_the_end_none_stops_anything(call, scored):
    for recorded in ((), ALIKE[1:], [replace(each, early=(-each.early[0], 0.5)) for each in ALIKE]):
        driver = call(trials=None, recorded=recorded)
        good, bad = (_next(driver, may_be_stopped=False) for _ in range(2))
        assert (False, False) == (_train(driver, good, scored, 0.6), _train(driver, bad, scored, 0.2))


def test_one_of_five_trials_is_never_stopped_and_the_records_say_which(call):
    driver = call(trials=None, recorded=ALIKE)
    jobs = [driver.search_phase.suggest() for _ in range(40)]
    stops = read(driver.paths.records).trials
    assert {0} == {job.number % 5 for job in jobs[1:] if job.rungs and not stops[job.number].stops}
    assert {(), (2,)} == {trial.stops for trial in stops.values()}


def test_a_study_learns_from_its_own_trainings_where_to_stop(call, scored):
    """Each that comes to its end unstopped stands there as the look told; two of the three are one training."""
    driver = call(trials=None, recorded=ALIKE[2:])
    for skill in (0.1, 0.2, 0.3):
        job = _next(driver, may_be_stopped=False)
        _train(driver, job, scored, skill)
        for point in _curve(job, scored, skill):
            driver.search_phase.on_event(job.number, Scored(point, b"png"))
        driver.search_phase.on_event(job.number, Finished("completed"))
    assert (2,) == driver.records.log.trials[_next(driver).number].stops
    again = call(trials=None, recorded=ALIKE[2:])
    assert (2,) == again.records.log.trials[_next(again).number].stops


def test_where_macs_are_asked_for_a_small_network_may_pass_whom_skill_alone_would_stop(study, scored):
    records, look = study
    settings = [look(number, skill, target=0.0) for number, skill in ((0, 0.6), (1, 0.5))]
    for number, macs in ((0, 1000.0), (1, 100.0)):
        for point in records.log.trials[number].points.values():
            point.scores["macs"] = macs
    passing = [
        [Rungs(records.log, 2, objectives(cost, "fcd")).lets_pass(each, 2) for each in settings]
        for cost in ("sparsity", "macs")
    ]
    assert [[True, False], [False, True]] == passing


def test_a_rung_holds_all_against_the_best_dense_model_in_whatever_order_they_came(study, scored):
    records, look = study
    for number, skill in ((0, 0.3), (1, 0.6), (2, 0.5)):
        settings = look(number, skill, target=0.0)
        dense = scored(number, settings, 0.0, 0.0, fcd=1 - skill, skill=skill, macs=2000.0 - 500 * number)
        small = scored(number, settings, 75.0, 0.75, fcd=5.0, skill=0.2, macs=50.0 + number)
        records.log.trials[number].points = {point.id: replace(point, epoch=2) for point in (dense, small)}
    trials, by = list(records.log.trials.values()), objectives("macs", "fcd")
    found = []
    for order in permutations(trials):
        rungs = Rungs(StudyLog(trials={trial.number: trial for trial in order}), 2, by)
        found.append([rungs.lets_pass(trial.settings, 2) for trial in trials])
    assert all(each == found[0] for each in found)


def test_trainings_of_other_widths_and_those_that_a_method_acts_in_are_told_apart(switching):
    """Where none acts, all methods share one; and so do all epochs of it."""
    drawn = {"method": "percentage", "lr_g": 1e-3, "lr_ratio": 1.0, "epochs": 2, "recovery_steps": 0}
    shared, longer, wide = (
        switching.settings(drawn | {"percentage.threshold": 50.0} | more, channels=1, seed=0)
        for more in ({}, {"epochs": 4}, {})
    )
    wide = wide.model_copy(update={"model": wide.model.model_copy(update={"width": 16})})
    acting = [
        switching.settings(drawn | {"method": "switching", "switching.share": share}, channels=1, seed=0)
        for share in (0.2, 0.4)
    ]
    assert identity_of(shared) == identity_of(longer)
    assert 4 == len({identity_of(each) for each in (shared, wide, *acting)})


def test_a_method_that_solves_for_no_sparsity_is_judged_where_its_points_stand(study, switching, scored):
    """And among its like: it is held back by no curve of the others, and holds none of these back."""
    records, look = study
    curve, better = look(0, 0.5), look(1, 0.6)
    assert not _passes(records, curve)
    own = [_passing(records, switching, scored, number, skill) for number, skill in ((2, 0.2), (3, 0.9))]
    assert [False, True] == [_passes(records, each) for each in own]
    assert [False, True] == [_passes(records, each) for each in (curve, better)]


def _passing(records: Records, switching, scored, number: int, skill: float) -> TrialSettings:
    drawn = {"method": "switching", "epochs": 4, "recovery_steps": 0, "lr_g": 1e-3 * number}
    settings = switching.settings(drawn, channels=1, seed=0)
    records.asked(number, settings, drawn)
    records.point(replace(scored(number, settings, 0.8, None, skill=skill), threshold=None, epoch=2))
    return settings
