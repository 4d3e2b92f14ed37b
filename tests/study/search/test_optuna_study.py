"""What Optuna is told: every trial ends, a failure never passes for a success, and nothing is forgotten."""

import math
from dataclasses import replace
from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import StudyDirection
from optuna.trial import TrialState

from ganprune.objective import Objectives, objectives
from ganprune.point import NO_TIME
from study.analysis.pareto import front
from study.records.study import Ended, TrialLog
from study.search.optuna_study import OptunaStudy, worth_telling
from study.settings.policy import Policy

TARGETS = (0.0, 0.5, 0.75, 0.875, 0.9375, 0.97, 0.985)
POLICY = Policy()
SHORT = Policy(told_at_most=60, startup_trials=2)  # forgets after a dozen trials


@pytest.fixture
def journal(tmp_path) -> Path:
    return tmp_path / "toy" / "optuna.journal"


@pytest.fixture
def advisor_of(space, journal):
    journal.parent.mkdir()

    def make(known: list[TrialLog] = (), seed: int = 0, policy: Policy = POLICY) -> OptunaStudy:
        return OptunaStudy(space, Objectives(), seed, list(known), journal, policy)

    return make


@pytest.fixture
def log_of(space, scored):
    """A trial as the records tell it once it has ended."""

    def make(
        number: int, drawn: dict, state: str = "completed", own: bool = True, reason: str = "", **scores: float
    ) -> TrialLog:
        settings = space.settings(drawn, channels=1, seed=0)
        trial = TrialLog(number, settings, drawn, time=1e9 + number)
        percent = 100 if settings.prune.method == "percentage" else 1
        points = [scored(number, settings, percent * target, target, **scores) for target in TARGETS]
        points += [scored(number, settings, settings.prune.own["threshold"], None, **scores)] if own else []
        trial.points = {point.id: point for point in points} if state != "failed" else {}
        trial.ended = Ended(state, 1e9, 10.0, 640, reason)
        return trial

    return make


def _told(optuna_study: OptunaStudy) -> list[optuna.trial.FrozenTrial]:
    return optuna_study._study.get_trials(deepcopy=False)


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
    optuna_study = advisor_of()
    for number in range(6):
        optuna_study.tell(log_of(number, optuna_study.ask(number), state))
    assert {expected} == {trial.state for trial in _told(optuna_study)}
    assert all(trial.state.is_finished() for trial in _told(optuna_study))


@pytest.mark.parametrize(
    ("reason", "expected"), [("behind after epoch 2", TrialState.PRUNED), (f"{NO_TIME} for more", TrialState.FAIL)]
)
def test_a_stopped_trial_is_to_be_avoided_unless_only_time_was_up(advisor_of, log_of, reason, expected):
    """Samplers look at what was pruned, and not at what failed."""
    optuna_study = advisor_of()
    optuna_study.tell(log_of(0, optuna_study.ask(0), "stopped", reason=reason))
    assert [expected] == [trial.state for trial in _told(optuna_study)]


def test_a_trial_whose_own_threshold_took_too_much_is_no_success(advisor_of, log_of):
    optuna_study = advisor_of()
    optuna_study.tell(log_of(0, optuna_study.ask(0), own=False))
    assert [TrialState.PRUNED] == [trial.state for trial in _told(optuna_study)]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_optuna_is_never_told_a_value_that_is_no_number(advisor_of, log_of, value):
    """Neither when it is asked for nor when the study is rebuilt."""
    optuna_study = advisor_of()
    trial = log_of(0, optuna_study.ask(0), fcd=value)
    optuna_study.tell(trial)
    for each in (optuna_study, advisor_of([trial])):
        assert all(told.state.is_finished() for told in _told(each))
        assert not any(told.state == TrialState.COMPLETE for told in _told(each))


def test_a_completed_trial_tells_its_own_point_and_a_few_of_its_curve(advisor_of, log_of, space):
    optuna_study = advisor_of()
    trial = log_of(0, optuna_study.ask(0, space.first[0]))
    optuna_study.tell(trial)
    own, *others = _told(optuna_study)
    assert [trial.own.sparsity, trial.own.scores["fcd"]] == own.values
    assert POLICY.told_per_trial - 1 == len(others)
    told = {(other.params["percentage.threshold"], *other.values) for other in others}
    assert len(others) == len(told)
    assert told <= {(point.threshold, point.sparsity, point.scores["fcd"]) for point in trial.points.values()}
    assert {own.params["lr_g"]} == {other.params["lr_g"] for other in others}


def test_points_that_optuna_could_not_have_drawn_are_not_told(advisor_of, log_of, space):
    """The dense model, and targets beyond the range of the threshold."""
    optuna_study = advisor_of(_ended(space, log_of, 20))
    for trial in _told(optuna_study):
        for name, distribution in trial.distributions.items():
            assert distribution._contains(distribution.to_internal_repr(trial.params[name]))


@pytest.mark.parametrize("most", [1, 5])
def test_no_trial_tells_more_points_than_the_policy_says(advisor_of, log_of, space, most):
    for trial in _ended(space, log_of, 10):
        assert 1 <= len(_told(advisor_of([trial], policy=Policy(told_per_trial=most)))) <= most


def test_what_was_scored_while_training_went_on_is_not_told_as_its_outcome(advisor_of, log_of, space):
    """Points of a rung, the sparsest of them worth nothing yet."""
    trial = log_of(0, dict(space.first[0]))
    early = [replace(p, id=f"{p.id}-early", epoch=1, scores=p.scores | {"fcd": 99.0}) for p in trial.points.values()]
    trial.points |= {point.id: point for point in early}
    assert all(told.values[1] < 99 for told in _told(advisor_of([trial])))


def test_a_study_rebuilt_from_its_records_was_told_the_same(advisor_of, log_of, space):
    states = ["completed", "diverged", "completed", "failed", "stopped", "completed"]
    optuna_study, known = advisor_of(), []
    for number, state in enumerate(states):
        known.append(log_of(number, optuna_study.ask(number), state))
        optuna_study.tell(known[-1])
    again = advisor_of(known)

    def outcomes(told: OptunaStudy) -> list:
        return [(trial.state, trial.params, trial.values) for trial in _told(told)]

    assert outcomes(optuna_study) == outcomes(again)


def test_an_interrupted_trial_is_asked_again_with_what_it_had_drawn(advisor_of, log_of, space):
    known = _ended(space, log_of, 12)
    drawn = known[-1].drawn
    optuna_study = advisor_of(known[:-1])
    assert drawn == optuna_study.ask(11, drawn)
    optuna_study.tell(known[-1])
    assert all(trial.state.is_finished() for trial in _told(optuna_study))


def test_what_is_fixed_is_asked_and_the_rest_is_drawn_beside_it(advisor_of, log_of, space):
    optuna_study = advisor_of(_ended(space, log_of, 60))
    fixed = {"method": "magnitude", "lr_g": 2e-3, "epochs": 4}
    asked = [optuna_study.ask(number, fixed) for number in range(60, 70)]
    assert all(fixed.items() <= drawn.items() for drawn in asked)
    assert all("magnitude.threshold" in drawn for drawn in asked)
    assert 10 == len({drawn["magnitude.threshold"] for drawn in asked})


def test_the_papers_setting_is_asked_to_the_digit(advisor_of, space):
    assert dict(space.first[0]) == advisor_of().ask(0, space.first[0])


def test_trials_may_end_in_any_order(advisor_of, log_of):
    optuna_study = advisor_of()
    drawn = {number: optuna_study.ask(number) for number in range(4)}
    for number in (2, 0, 3, 1):
        optuna_study.tell(log_of(number, drawn[number], "diverged"))
    assert [drawn[number] for number in range(4)] == [trial.params for trial in _told(optuna_study)]


def test_what_it_suggests_follows_from_the_seed_and_what_it_was_told(advisor_of, log_of, space):
    known = _ended(space, log_of, 15)
    asked = [advisor_of(known, seed).ask(15) for seed in (0, 0, 1)]
    assert asked[0] == asked[1] != asked[2]


def test_it_is_told_the_cost_that_was_asked_for_and_to_lower_it(space, log_of):
    known = log_of(0, dict(space.first[0]), macs=77.0)
    optuna_study = OptunaStudy(space, objectives("latency", "fcd"), 0, [known], None)
    told = _told(optuna_study)
    assert [StudyDirection.MINIMIZE] * 2 == optuna_study._study.directions
    assert {77.0} == {trial.values[0] for trial in told}
    assert 5 == len(told)


def test_it_learns_from_what_it_was_told(advisor_of, log_of, space):
    """Large learning rates diverge, so that the sampler comes to avoid them."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    known = []
    for number in range(60):
        drawn = space.draw(study.ask())
        known.append(log_of(number, drawn, "diverged" if drawn["lr_g"] > 1e-3 else "completed"))
    optuna_study = advisor_of(known)
    suggested = [optuna_study.ask(number)["lr_g"] for number in range(60, 90)]
    assert sum(rate > 1e-3 for rate in suggested) <= 6


def test_the_journal_has_every_trial_once_however_often_a_study_goes_on(advisor_of, log_of, space, journal):
    known = _ended(space, log_of, 3)
    for _ in range(2):
        optuna_study = advisor_of(known[:2])
        optuna_study.tell(known[2])
    copy = optuna.load_study(study_name="toy", storage=JournalStorage(JournalFileBackend(str(journal))))
    assert [point.id for trial in known for point in trial.last_curve] == [t.user_attrs["point"] for t in copy.trials]


def test_a_replay_needs_no_journal(space, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    OptunaStudy(space, Objectives(), 0, [], None).ask(0)
    assert [] == list(tmp_path.iterdir())


def test_however_long_a_study_grows_optuna_is_told_no_more_points_than_the_policy_says(advisor_of, log_of):
    optuna_study = advisor_of(policy=SHORT)
    for number in range(60):
        optuna_study.tell(log_of(number, optuna_study.ask(number)))
        assert len(_told(optuna_study)) <= SHORT.told_at_most
    assert 60 - 1 in {int(trial.user_attrs.get("point", "t-1")[1:5]) for trial in _told(optuna_study)}


def test_a_study_that_was_long_is_begun_within_the_same_bound(advisor_of, log_of, space):
    assert len(_told(advisor_of(_ended(space, log_of, 60), policy=SHORT))) <= SHORT.told_at_most


def test_trials_that_run_while_their_study_is_begun_anew_end_as_any_other(advisor_of, log_of):
    optuna_study = advisor_of(policy=SHORT)
    drawn = {number: optuna_study.ask(number) for number in range(3)}
    begun = optuna_study._study
    for number in range(3, 30):
        optuna_study.tell(log_of(number, optuna_study.ask(number)))
    assert begun is not optuna_study._study
    running = [trial for trial in _told(optuna_study) if not trial.state.is_finished()]
    assert list(drawn.values()) == [trial.params for trial in running]
    for number in (1, 0, 2):
        optuna_study.tell(log_of(number, drawn[number], "diverged"))
    assert [drawn[number] for number in range(3)] == [
        t.params for t in _told(optuna_study) if t.state == TrialState.PRUNED
    ]
    assert all(trial.state.is_finished() for trial in _told(optuna_study))


def test_what_is_worth_telling_is_the_front_and_an_even_choice_of_all_the_rest(advisor_of, log_of, space):
    states = ["completed", "diverged", "completed", "failed"]
    trials = [replace(t, ended=replace(t.ended, state=states[t.number % 4])) for t in _ended(space, log_of, 80)]
    told = _told(advisor_of(trials))
    kept = worth_telling(told, 60, Objectives())
    assert 60 == len(kept)
    assert [trial.number for trial in kept] == sorted(trial.number for trial in kept)
    on_front = {
        p.id for p in front([p for trial in trials if trial.ended.state == "completed" for p in trial.points.values()])
    }
    known = {trial.user_attrs.get("point") for trial in told} & on_front
    assert known
    assert known <= {trial.user_attrs.get("point") for trial in kept}
    assert {TrialState.COMPLETE, TrialState.PRUNED} == {trial.state for trial in kept}
    halves = sum(trial.number < len(told) / 2 for trial in kept)
    assert 20 < halves < 40


def test_what_it_suggests_after_forgetting_follows_from_the_seed(space, log_of):
    def asked() -> dict:
        optuna_study = OptunaStudy(space, Objectives(), 0, [], None, SHORT)
        for number in range(25):
            optuna_study.tell(log_of(number, optuna_study.ask(number)))
        return optuna_study.ask(25)

    assert asked() == asked()


def test_it_goes_on_learning_after_it_has_forgotten(space, log_of):
    """As above, in a study that is told anew again and again."""
    optuna_study = OptunaStudy(space, Objectives(), 0, [], None, Policy(told_at_most=100))
    suggested = []
    for number in range(120):
        drawn = optuna_study.ask(number)
        suggested.append(drawn["lr_g"])
        optuna_study.tell(log_of(number, drawn, "diverged" if drawn["lr_g"] > 1e-3 else "completed"))
    assert sum(rate > 1e-3 for rate in suggested[80:]) <= 8


@pytest.mark.parametrize("policy", [Policy(sampler="random"), Policy(multivariate=True)])
def test_other_samplers_work_with_all_that_is_told(space, log_of, policy):
    optuna_study = OptunaStudy(space, Objectives(), 0, _ended(space, log_of, 60), None, policy)
    assert optuna_study.ask(60).keys() >= {"method", "lr_g", "epochs"}


def test_a_method_without_a_threshold_tells_its_own_point_alone(switching, scored):
    optuna_study = OptunaStudy(switching, Objectives(), 0, [], None, POLICY)
    drawn = optuna_study.ask(0, {"method": "switching"})
    settings = switching.settings(drawn, channels=1, seed=0)
    points = [replace(scored(0, settings, share, None), id=str(share), threshold=None) for share in (0.5,)]
    points += [replace(scored(0, settings, 0.0, 0.0), id="dense", threshold=None)]
    trial = TrialLog(0, settings, drawn, 1e9, {point.id: point for point in points}, Ended("completed", 1e9, 1.0, 640))
    optuna_study.tell(trial)
    (told,) = _told(optuna_study)
    assert (drawn, [0.5, trial.own.scores["fcd"]]) == (told.params, told.values)
    optuna_study.ask(1)
