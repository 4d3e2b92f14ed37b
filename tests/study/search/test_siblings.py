"""What a trained model deserves beside its own trial, and what comes before all that."""

import pytest

from ganprune.config import PruneSettings
from ganprune.point import Finished
from study.records.study import TrialLog
from study.search.siblings import Siblings
from tests.study.calls import whole


def test_the_other_methods_of_a_training_on_the_front_come_next_with_its_very_settings(call, points):
    search_phase = call(trials=10).search_phase
    first, centre = search_phase.suggest(), search_phase.suggest()
    whole(search_phase, first, points(first))
    search_phase.on_event(centre.number, Finished("diverged"))
    sibling = search_phase.suggest()
    assert first.settings.train == sibling.settings.train
    assert {"percentage", "magnitude"} == {first.settings.prune.method, sibling.settings.prune.method}
    assert 0 == sibling.settings.prune.recovery_steps
    whole(search_phase, sibling, points(sibling))
    assert search_phase.suggest().settings.train != first.settings.train


def test_after_the_papers_setting_comes_the_middle_of_the_space_with_the_most_epochs(call, plan):
    search_phase = call().search_phase
    _, centre, other = (search_phase.suggest().settings for _ in range(3))
    assert (1e-3, 4, 0) == (centre.train.lr_g, centre.train.epochs, centre.prune.recovery_steps)
    assert pytest.approx(2, rel=0.01) == centre.train.lr_g / centre.train.lr_d
    assert other.train != centre.train


def test_a_space_that_says_more_of_where_to_begin_is_followed(call, plan):
    good = dict(plan.space.first[0]) | {"lr_g": 3e-3}
    wordy = plan.space.model_copy(update={"first": (plan.space.first[0], good)})
    search_phase = call(space=wordy).search_phase
    trains = [search_phase.suggest().settings.train for _ in range(3)]
    assert 3e-3 == trains[1].lr_g
    assert 1e-3 != trains[2].lr_g


def test_a_training_that_a_method_acts_in_has_no_siblings_and_is_nobody_s(space, switching):
    def trial(number: int, method: str) -> TrialLog:
        drawn = dict(space.first[0]) | {"method": method}
        settings = switching.settings({name: drawn[name] for name in drawn if "." not in name}, channels=1, seed=0)
        return TrialLog(number, settings, drawn, time=0.0)

    acting, other = trial(0, "switching"), trial(1, "percentage")
    siblings = Siblings(switching, [acting, other])
    assert siblings.missing([acting]) is None
    parent, fixed = siblings.missing([acting, other])
    assert (other, "magnitude") == (parent, fixed["method"])
    siblings.note(trial(2, "magnitude"))
    assert siblings.missing([acting, other]) is None


def test_networks_of_another_width_are_another_training(space):
    drawn = dict(space.first[0])
    narrow = space.settings(drawn, channels=1, seed=0)
    wide = narrow.model_copy(update={"model": narrow.model.model_copy(update={"width": 16})})
    other = narrow.model_copy(update={"prune": PruneSettings(method="magnitude", own={"threshold": 0.5})})
    trials = [TrialLog(number, each, drawn, 0.0) for number, each in enumerate((narrow, wide, other))]
    siblings = Siblings(space, trials)
    assert siblings.missing(trials[:1]) is None
    parent, fixed = siblings.missing(trials)
    assert (trials[1], "magnitude") == (parent, fixed["method"])
