"""What Optuna is asked: it goes on from what it was told, and the same seed draws the same."""

import optuna
import pytest

from ganprune.objective import Objectives
from study.search.optuna_study import OptunaStudy
from study.settings.policy import Policy
from tests.study.search.ended_trials import ended, trials_of


def test_an_interrupted_trial_is_asked_again_with_what_it_had_drawn(advisor_of, log_of, space):
    known = ended(space, log_of, 12)
    drawn = known[-1].drawn
    optuna_study = advisor_of(known[:-1])
    assert drawn == optuna_study.ask(11, drawn)
    optuna_study.tell(known[-1])
    assert all(trial.state.is_finished() for trial in trials_of(optuna_study))


def test_what_is_fixed_is_asked_and_the_rest_is_drawn_beside_it(advisor_of, log_of, space):
    optuna_study = advisor_of(ended(space, log_of, 60))
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
    assert [drawn[number] for number in range(4)] == [trial.params for trial in trials_of(optuna_study)]


def test_what_it_suggests_follows_from_the_seed_and_what_it_was_told(advisor_of, log_of, space):
    known = ended(space, log_of, 15)
    asked = [advisor_of(known, seed).ask(15) for seed in (0, 0, 1)]
    assert asked[0] == asked[1] != asked[2]


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


def test_a_replay_needs_no_journal(space, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    OptunaStudy(space, Objectives(), 0, [], None).ask(0)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("policy", [Policy(sampler="random"), Policy(multivariate=True)])
def test_other_samplers_work_with_all_that_is_told(space, log_of, policy):
    optuna_study = OptunaStudy(space, Objectives(), 0, ended(space, log_of, 60), None, policy)
    assert optuna_study.ask(60).keys() >= {"method", "lr_g", "epochs"}
