"""What Optuna is told: every trial ends, a failure never passes for a success, and nothing is forgotten."""

import math
from dataclasses import replace

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import StudyDirection
from optuna.trial import TrialState

from ganprune.objective import Objectives, objectives
from ganprune.point import NO_TIME
from study.records.study import Ended, TrialLog
from study.search.optuna_study import OptunaStudy
from study.settings.policy import Policy
from tests.study.search.ended_trials import ended, trials_of

POLICY = Policy()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("completed", TrialState.COMPLETE),
        ("diverged", TrialState.PRUNED),
        ("failed", TrialState.FAIL),
    ],
)
def test_every_trial_ends_and_only_a_completed_one_is_a_success(advisor_of, log_of, state, expected):
    optuna_study = advisor_of()
    for number in range(6):
        optuna_study.tell(log_of(number, optuna_study.ask(number), state))
    assert {expected} == {trial.state for trial in trials_of(optuna_study)}
    assert all(trial.state.is_finished() for trial in trials_of(optuna_study))


@pytest.mark.parametrize(
    ("reason", "expected"), [("behind after epoch 2", TrialState.PRUNED), (f"{NO_TIME} for more", TrialState.FAIL)]
)
def test_a_stopped_trial_is_to_be_avoided_unless_only_time_was_up(advisor_of, log_of, reason, expected):
    """Samplers look at what was pruned, and not at what failed."""
    optuna_study = advisor_of()
    optuna_study.tell(log_of(0, optuna_study.ask(0), "stopped", reason=reason))
    assert [expected] == [trial.state for trial in trials_of(optuna_study)]


def test_a_trial_whose_own_threshold_took_too_much_is_no_success(advisor_of, log_of):
    optuna_study = advisor_of()
    optuna_study.tell(log_of(0, optuna_study.ask(0), own=False))
    assert [TrialState.PRUNED] == [trial.state for trial in trials_of(optuna_study)]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_optuna_is_never_told_a_value_that_is_no_number(advisor_of, log_of, value):
    """Neither when it is asked for nor when the study is rebuilt."""
    optuna_study = advisor_of()
    trial = log_of(0, optuna_study.ask(0), fcd=value)
    optuna_study.tell(trial)
    for each in (optuna_study, advisor_of([trial])):
        assert all(told.state.is_finished() for told in trials_of(each))
        assert not any(told.state == TrialState.COMPLETE for told in trials_of(each))


def test_a_completed_trial_tells_its_own_point_and_a_few_of_its_curve(advisor_of, log_of, space):
    optuna_study = advisor_of()
    trial = log_of(0, optuna_study.ask(0, space.first[0]))
    optuna_study.tell(trial)
    own, *others = trials_of(optuna_study)
    assert [trial.own.sparsity, trial.own.scores["fcd"]] == own.values
    assert POLICY.told_per_trial - 1 == len(others)
    told = {(other.params["percentage.threshold"], *other.values) for other in others}
    assert len(others) == len(told)
    assert told <= {(point.threshold, point.sparsity, point.scores["fcd"]) for point in trial.points.values()}
    assert {own.params["lr_g"]} == {other.params["lr_g"] for other in others}


def test_points_that_optuna_could_not_have_drawn_are_not_told(advisor_of, log_of, space):
    """The dense model, and targets beyond the range of the threshold."""
    optuna_study = advisor_of(ended(space, log_of, 20))
    for trial in trials_of(optuna_study):
        for name, distribution in trial.distributions.items():
            assert distribution._contains(distribution.to_internal_repr(trial.params[name]))


@pytest.mark.parametrize("most", [1, 5])
def test_no_trial_tells_more_points_than_the_policy_says(advisor_of, log_of, space, most):
    for trial in ended(space, log_of, 10):
        assert 1 <= len(trials_of(advisor_of([trial], policy=Policy(told_per_trial=most)))) <= most


def test_what_was_scored_while_training_went_on_is_not_told_as_its_outcome(advisor_of, log_of, space):
    """Points of a rung, the sparsest of them worth nothing yet."""
    trial = log_of(0, dict(space.first[0]))
    early = [replace(p, id=f"{p.id}-early", epoch=1, scores=p.scores | {"fcd": 99.0}) for p in trial.points.values()]
    trial.points |= {point.id: point for point in early}
    assert all(told.values[1] < 99 for told in trials_of(advisor_of([trial])))


def test_a_study_rebuilt_from_its_records_was_told_the_same(advisor_of, log_of, space):
    states = ["completed", "diverged", "completed", "failed", "stopped", "completed"]
    optuna_study, known = advisor_of(), []
    for number, state in enumerate(states):
        known.append(log_of(number, optuna_study.ask(number), state))
        optuna_study.tell(known[-1])
    again = advisor_of(known)

    def outcomes(told: OptunaStudy) -> list:
        return [(trial.state, trial.params, trial.values) for trial in trials_of(told)]

    assert outcomes(optuna_study) == outcomes(again)


def test_it_is_told_the_cost_that_was_asked_for_and_to_lower_it(space, log_of):
    known = log_of(0, dict(space.first[0]), macs=77.0)
    optuna_study = OptunaStudy(space, objectives("latency", "fcd"), 0, [known], None)
    told = trials_of(optuna_study)
    assert [StudyDirection.MINIMIZE] * 2 == optuna_study._study.directions
    assert {77.0} == {trial.values[0] for trial in told}
    assert 5 == len(told)


def test_the_journal_has_every_trial_once_however_often_a_study_goes_on(advisor_of, log_of, space, journal):
    known = ended(space, log_of, 3)
    for _ in range(2):
        optuna_study = advisor_of(known[:2])
        optuna_study.tell(known[2])
    copy = optuna.load_study(study_name="toy", storage=JournalStorage(JournalFileBackend(str(journal))))
    assert [point.id for trial in known for point in trial.last_curve] == [t.user_attrs["point"] for t in copy.trials]


def test_a_method_without_a_threshold_tells_its_own_point_alone(switching, scored):
    optuna_study = OptunaStudy(switching, Objectives(), 0, [], None, POLICY)
    drawn = optuna_study.ask(0, {"method": "switching"})
    settings = switching.settings(drawn, channels=1, seed=0)
    points = [replace(scored(0, settings, share, None), id=str(share), threshold=None) for share in (0.5,)]
    points += [replace(scored(0, settings, 0.0, 0.0), id="dense", threshold=None)]
    trial = TrialLog(0, settings, drawn, 1e9, {point.id: point for point in points}, Ended("completed", 1e9, 1.0, 640))
    optuna_study.tell(trial)
    (told,) = trials_of(optuna_study)
    assert (drawn, [0.5, trial.own.scores["fcd"]]) == (told.params, told.values)
    optuna_study.ask(1)
