"""However long a study grows, Optuna knows so many points and goes on learning."""

from dataclasses import replace

from optuna.trial import TrialState

from ganprune.objective import Objectives
from study.analysis.pareto import front
from study.search.optuna_study import OptunaStudy, worth_telling
from study.settings.policy import Policy
from tests.study.search.ended_trials import ended, trials_of

SHORT = Policy(told_at_most=60, startup_trials=2)  # forgets after a dozen trials


def test_however_long_a_study_grows_optuna_is_told_no_more_points_than_the_policy_says(advisor_of, log_of):
    optuna_study = advisor_of(policy=SHORT)
    for number in range(60):
        optuna_study.tell(log_of(number, optuna_study.ask(number)))
        assert len(trials_of(optuna_study)) <= SHORT.told_at_most
    assert 60 - 1 in {int(trial.user_attrs.get("point", "t-1")[1:5]) for trial in trials_of(optuna_study)}


def test_a_study_that_was_long_is_begun_within_the_same_bound(advisor_of, log_of, space):
    assert len(trials_of(advisor_of(ended(space, log_of, 60), policy=SHORT))) <= SHORT.told_at_most


def test_trials_that_run_while_their_study_is_begun_anew_end_as_any_other(advisor_of, log_of):
    optuna_study = advisor_of(policy=SHORT)
    drawn = {number: optuna_study.ask(number) for number in range(3)}
    begun = optuna_study._study
    for number in range(3, 30):
        optuna_study.tell(log_of(number, optuna_study.ask(number)))
    assert begun is not optuna_study._study
    running = [trial for trial in trials_of(optuna_study) if not trial.state.is_finished()]
    assert list(drawn.values()) == [trial.params for trial in running]
    for number in (1, 0, 2):
        optuna_study.tell(log_of(number, drawn[number], "diverged"))
    assert [drawn[number] for number in range(3)] == [
        t.params for t in trials_of(optuna_study) if t.state == TrialState.PRUNED
    ]
    assert all(trial.state.is_finished() for trial in trials_of(optuna_study))


def test_what_is_worth_telling_is_the_front_and_an_even_choice_of_all_the_rest(advisor_of, log_of, space):
    states = ["completed", "diverged", "completed", "failed"]
    trials = [replace(t, ended=replace(t.ended, state=states[t.number % 4])) for t in ended(space, log_of, 80)]
    told = trials_of(advisor_of(trials))
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
    """As it does before, though the study is told anew again and again."""
    optuna_study = OptunaStudy(space, Objectives(), 0, [], None, Policy(told_at_most=100))
    suggested = []
    for number in range(120):
        drawn = optuna_study.ask(number)
        suggested.append(drawn["lr_g"])
        optuna_study.tell(log_of(number, drawn, "diverged" if drawn["lr_g"] > 1e-3 else "completed"))
    assert sum(rate > 1e-3 for rate in suggested[80:]) <= 8
