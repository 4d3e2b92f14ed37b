"""What Optuna is told: every trial ends, a failure never passes for a success, and nothing is forgotten."""

import math
from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from study.advisor import TOLD_AT_MOST, TOLD_PER_TRIAL, Advisor
from study.records import Ended, TrialLog

TARGETS = (0.0, 0.5, 0.75, 0.875, 0.9375, 0.97, 0.985)


@pytest.fixture
def journal(tmp_path) -> Path:
    return tmp_path / "toy" / "optuna.journal"


@pytest.fixture
def advisor_of(space, journal):
    journal.parent.mkdir()

    def make(known: list[TrialLog] = (), seed: int = 0) -> Advisor:
        return Advisor(space, "fcd", seed, list(known), journal)

    return make


@pytest.fixture
def log_of(space, scored):
    """A trial as the records tell it once it has ended."""

    def make(number: int, drawn: dict, state: str = "completed", own: bool = True, **scores: float) -> TrialLog:
        settings = space.settings(drawn, channels=1, seed=0)
        trial = TrialLog(number, settings, drawn, time=1e9 + number)
        percent = 100 if settings.prune.method == "percentage" else 1
        points = [scored(number, settings, percent * target, target, **scores) for target in TARGETS]
        points += [scored(number, settings, settings.prune.threshold, None, **scores)] if own else []
        trial.points = {point.id: point for point in points} if state != "failed" else {}
        trial.ended = Ended(state, 1e9, 10.0, 640)
        return trial

    return make


def _told(advisor: Advisor) -> list[optuna.trial.FrozenTrial]:
    return advisor._study.get_trials(deepcopy=False)


def _ended(space, log_of, n: int, **more) -> list[TrialLog]:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [log_of(number, space.draw(study.ask()), **more) for number in range(n)]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("completed", TrialState.COMPLETE),
        ("diverged", TrialState.PRUNED),
        ("failed", TrialState.FAIL),
    ],
)
def test_every_trial_ends_and_only_a_completed_one_is_a_success(advisor_of, log_of, state, expected):
    advisor = advisor_of()
    for number in range(6):
        advisor.tell(log_of(number, advisor.ask(number), state))
    assert {expected} == {trial.state for trial in _told(advisor)}
    assert all(trial.state.is_finished() for trial in _told(advisor))


def test_a_trial_that_ran_out_of_time_is_no_success_and_ends(advisor_of, log_of):
    advisor = advisor_of()
    advisor.tell(log_of(0, advisor.ask(0), "stopped"))
    assert [False] == [trial.state == TrialState.COMPLETE for trial in _told(advisor)]
    assert _told(advisor)[0].state.is_finished()


def test_a_trial_whose_own_threshold_took_too_much_is_no_success(advisor_of, log_of):
    advisor = advisor_of()
    advisor.tell(log_of(0, advisor.ask(0), own=False))
    assert [TrialState.PRUNED] == [trial.state for trial in _told(advisor)]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_optuna_is_never_told_a_value_that_is_no_number(advisor_of, log_of, value):
    """Neither when it is asked for nor when the study is rebuilt."""
    advisor = advisor_of()
    trial = log_of(0, advisor.ask(0), fcd=value)
    advisor.tell(trial)
    for each in (advisor, advisor_of([trial])):
        assert all(told.state.is_finished() for told in _told(each))
        assert not any(told.state == TrialState.COMPLETE for told in _told(each))


def test_a_completed_trial_tells_its_own_point_and_a_few_of_its_curve(advisor_of, log_of, space):
    advisor = advisor_of()
    trial = log_of(0, advisor.ask(0, space.first[0]))
    advisor.tell(trial)
    own, *others = _told(advisor)
    assert [trial.own.sparsity, trial.own.scores["fcd"]] == own.values
    assert TOLD_PER_TRIAL - 1 == len(others)
    told = {(other.params["percentage.threshold"], *other.values) for other in others}
    assert len(others) == len(told)
    assert told <= {(point.threshold, point.sparsity, point.scores["fcd"]) for point in trial.points.values()}
    assert {own.params["lr_g"]} == {other.params["lr_g"] for other in others}


def test_points_that_optuna_could_not_have_drawn_are_not_told(advisor_of, log_of, space):
    """The dense model, and targets beyond the range of the threshold."""
    advisor = advisor_of(_ended(space, log_of, 20))
    for trial in _told(advisor):
        for name, distribution in trial.distributions.items():
            assert distribution._contains(distribution.to_internal_repr(trial.params[name]))


def test_no_trial_tells_more_than_five_points(advisor_of, log_of, space):
    for trial in _ended(space, log_of, 10):
        assert TOLD_PER_TRIAL >= len(_told(advisor_of([trial])))


def test_a_study_rebuilt_from_its_records_was_told_the_same(advisor_of, log_of, space):
    states = ["completed", "diverged", "completed", "failed", "stopped", "completed"]
    advisor, known = advisor_of(), []
    for number, state in enumerate(states):
        known.append(log_of(number, advisor.ask(number), state))
        advisor.tell(known[-1])
    again = advisor_of(known)

    def outcomes(told: Advisor) -> list:
        return [(trial.state, trial.params, trial.values) for trial in _told(told)]

    assert outcomes(advisor) == outcomes(again)


def test_an_interrupted_trial_is_asked_again_with_what_it_had_drawn(advisor_of, log_of, space):
    known = _ended(space, log_of, 12)
    drawn = known[-1].drawn
    advisor = advisor_of(known[:-1])
    assert drawn == advisor.ask(11, drawn)
    advisor.tell(known[-1])
    assert all(trial.state.is_finished() for trial in _told(advisor))


def test_the_papers_setting_is_asked_to_the_digit(advisor_of, space):
    assert dict(space.first[0]) == advisor_of().ask(0, space.first[0])


def test_trials_may_end_in_any_order(advisor_of, log_of):
    advisor = advisor_of()
    drawn = {number: advisor.ask(number) for number in range(4)}
    for number in (2, 0, 3, 1):
        advisor.tell(log_of(number, drawn[number], "diverged"))
    assert [drawn[number] for number in range(4)] == [trial.params for trial in _told(advisor)]


def test_what_it_suggests_follows_from_the_seed_and_what_it_was_told(advisor_of, log_of, space):
    known = _ended(space, log_of, 15)
    asked = [advisor_of(known, seed).ask(15) for seed in (0, 0, 1)]
    assert asked[0] == asked[1] != asked[2]


def test_it_learns_from_what_it_was_told(advisor_of, log_of, space):
    """Large learning rates diverge, so that the sampler comes to avoid them."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    known = []
    for number in range(60):
        drawn = space.draw(study.ask())
        known.append(log_of(number, drawn, "diverged" if drawn["lr_g"] > 1e-3 else "completed"))
    advisor = advisor_of(known)
    suggested = [advisor.ask(number)["lr_g"] for number in range(60, 90)]
    assert sum(rate > 1e-3 for rate in suggested) <= 6


def test_the_journal_is_a_copy_to_look_at_of_all_that_was_told(advisor_of, log_of, space, journal):
    advisor = advisor_of(_ended(space, log_of, 3))
    advisor_of(_ended(space, log_of, 3))
    copy = optuna.load_study(study_name="toy", storage=JournalStorage(JournalFileBackend(str(journal))))
    assert [trial.values for trial in _told(advisor)] == [trial.values for trial in copy.trials]


@pytest.mark.slow
def test_a_long_study_tells_little_more_than_two_thousand_points(advisor_of, log_of, space):
    """A trial more is one point more then: the sampler's answer slows down with their number."""
    n = TOLD_AT_MOST // TOLD_PER_TRIAL + 150
    assert len(_told(advisor_of(_ended(space, log_of, n)))) <= TOLD_AT_MOST + 150 + TOLD_PER_TRIAL
