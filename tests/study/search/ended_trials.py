"""Trials that have ended, and what Optuna knows of them."""

import optuna

from study.records.study import TrialLog
from study.search.optuna_study import OptunaStudy


def trials_of(optuna_study: OptunaStudy) -> list[optuna.trial.FrozenTrial]:
    return optuna_study._study.get_trials(deepcopy=False)


def ended(space, log_of, n: int, **more) -> list[TrialLog]:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [log_of(number, space.draw(study.ask()), **more) for number in range(n)]
