"""The search spaces that ship: each can be run, and the default ones begin with the paper's setting."""

import json

import optuna
import pytest

from ganprune.data import DATASETS
from ganprune.methods import METHODS
from ganprune.models import build
from study.settings.space import Space
from study.settings.space_file import load_space
from tests.study.settings.good_space import SHIPPED, trials

DEFAULTS = [f"{data}-{size}" for data in (*DATASETS, "images") for size in ("cpu", "gpu")]  # taken unless one is named


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_default_space_searches_the_papers_methods(name):
    assert {"percentage", "sensitivity", "magnitude"} <= set(load_space(name).methods)


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_default_space_holds_ready_what_trains_for_itself(name):
    own = {method for method, member in METHODS.items() if member.owns_training}
    assert own == set(load_space(name).costly)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_space_searches_what_the_issue_asks_for(name):
    """Learning rates of both nets, epochs, method, threshold and its recovery."""
    space = load_space(name)
    assert {"lr_g", "lr_ratio", "epochs", "recovery_steps"} <= set(space.search)
    assert "random" not in space.methods
    whole = space.with_costly()
    for trial in trials(whole):
        settings = whole.settings(whole.draw(trial), channels=3, seed=0)
        assert settings.train.epochs in space.epochs
        assert settings.prune.own == METHODS[settings.prune.method].Settings(**settings.prune.own).model_dump()


@pytest.mark.parametrize("name", DEFAULTS)
def test_trial_0_of_a_default_space_is_the_papers_setting_to_the_digit(name):
    space = load_space(name)
    settings = space.settings(space.first[0], channels=3, seed=0)
    prune = settings.prune
    assert ("sensitivity", {"threshold": 0.75}, 0) == (prune.method, prune.own, prune.recovery_steps)
    assert 3e-4 == settings.train.lr_g
    assert settings.train.lr_d == (1e-4 if name.startswith("fashion") else 2e-4)
    build(settings.model)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_first_setting_of_a_shipped_space_is_one_that_it_could_draw(name):
    space = load_space(name)
    for first in space.first:
        assert dict(first) == space.draw(optuna.trial.FixedTrial(dict(first)))
        distributions = optuna.trial.FixedTrial(dict(first))
        space.draw(distributions)
        for key, distribution in distributions.distributions.items():
            assert distribution._contains(distribution.to_internal_repr(first[key])), key


@pytest.mark.parametrize("name", SHIPPED)
def test_a_space_survives_the_records(name):
    """What is not given when a study continues is taken from there."""
    space = load_space(name)
    assert space == Space(**json.loads(json.dumps(space.model_dump())))
