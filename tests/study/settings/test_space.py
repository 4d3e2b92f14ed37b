"""Search spaces: every draw is a setting that can be run."""

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganprune.config import ModelSettings, TrainSettings
from ganprune.models import MODELS, Gan
from study.settings.dimension import Range
from study.settings.space_file import parse_space
from tests.study.settings.good_space import GOOD, WITH_CHANNELS, trials


def test_each_method_draws_its_own_threshold_only(space):
    for trial in trials(space):
        drawn = space.draw(trial)
        assert [f"{drawn['method']}.threshold"] == [name for name in drawn if name.endswith(".threshold")]


def test_the_rate_of_fine_tuning_is_drawn_only_where_there_is_some(space):
    drawn = [space.draw(trial) for trial in trials(space)]
    assert {True, False} == {bool(each["recovery_steps"]) for each in drawn}
    assert all(("recovery_rate" in each) == bool(each["recovery_steps"]) for each in drawn)


def test_learning_rates_are_rounded_so_that_trainings_are_shared(space):
    rates = {space.settings(space.draw(trial), channels=1, seed=0).train.lr_g for trial in trials(space, 300)}
    assert 2 * 8 + 1 >= len(rates) > 8


@given(st.floats(1e-6, 1.0), st.integers(1, 12))
def test_a_rounded_value_is_the_nearest_and_stays(value, per_decade):
    dimension = Range(low=1e-6, high=1.0, log=True, per_decade=per_decade)
    settled = dimension.quantise(value)
    assert settled == pytest.approx(value, rel=10 ** (0.5 / per_decade) - 1 + 6e-3)
    assert settled == dimension.quantise(settled)


def test_the_discriminators_rate_is_the_generators_over_the_ratio(space):
    drawn = {**space.first[0], "lr_g": 1e-3, "lr_ratio": 4.0, "epochs": 4}
    settings = space.settings(drawn, channels=1, seed=0)
    assert (1e-3, 2.5e-4) == (settings.train.lr_g, settings.train.lr_d)


def test_what_is_not_searched_comes_from_the_space_and_then_from_the_papers(space):
    settings = space.settings(space.first[0], channels=1, seed=5)
    assert (8, 16, 8, 1) == (settings.model.width, settings.model.side, settings.model.latent, settings.model.channels)
    assert (32, 5, TrainSettings().beta1) == (settings.train.batch, settings.train.seed, settings.train.beta1)


def test_the_grid_of_epochs_is_what_may_be_drawn(space):
    assert [2, 4] == space.epochs
    assert [30] == parse_space(GOOD.replace("  epochs: {choices: [2, 4]}\n", ""), Path("my.yaml")).epochs


def test_what_a_method_alone_knows_is_drawn_and_checked_by_it_and_the_rest_of_it_is_as_it_says():
    space = parse_space(WITH_CHANNELS, Path("my.yaml"))
    own = [space.settings(space.draw(trial), channels=1, seed=0).prune.own for trial in trials(space)]
    assert {"l2", "taylor"} == {each["importance"] for each in own}
    assert {"layer"} == {each["scope"] for each in own}
    assert all(0.1 <= each["threshold"] <= 0.9 for each in own)


RECOVERING = """\
  recovery: {choices: [none, finetune, distil]}
  recovery_steps: {choices: [100, 200], when: recovery}
  recovery_rate: {low: 0.1, high: 1, when: recovery_steps}
methods:
"""


def test_how_a_pruned_network_recovers_is_searched_and_its_steps_only_where_it_does():
    space = parse_space(GOOD.replace("methods:\n", RECOVERING), Path("my.yaml"))
    drawn = [space.draw(trial) for trial in trials(space)]
    assert {"none", "finetune", "distil"} == {each["recovery"] for each in drawn}
    for each in drawn:
        recovers = each["recovery"] != "none"
        assert (recovers, recovers) == ("recovery_steps" in each, "recovery_rate" in each)
        assert recovers == space.settings(each, channels=1, seed=0).prune.recovers
    assert {"recovery": "none"} == space.unrecovered


def test_labels_are_of_the_classes_of_the_data_and_only_where_the_model_takes_them(monkeypatch):
    plain = parse_space(GOOD, Path("my.yaml"))
    assert 0 == plain.settings({}, channels=1, seed=0, classes=10).model.classes
    monkeypatch.setitem(MODELS, "labelled", Labelled)
    labelled = parse_space(GOOD.replace("{width: 8,", "{name: labelled, width: 8,"), Path("my.yaml"))
    assert 10 == labelled.settings({}, channels=1, seed=0, classes=10).model.classes


class Labelled(Gan):
    conditional = True

    def __init__(self, settings: ModelSettings):
        super().__init__(settings, torch.nn.Identity(), torch.nn.Identity(), {})


def test_a_method_without_a_threshold_is_searched_by_what_it_has(switching):
    for trial in trials(switching):
        drawn = switching.draw(trial)
        if drawn["method"] == "switching":
            own = {"share": drawn["switching.share"], "every": drawn["switching.every"]}
            assert own == switching.settings(drawn, channels=1, seed=0).prune.own
