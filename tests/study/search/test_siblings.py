"""What a trained model deserves beside its own trial, and what comes before all that."""

import pytest

from ganprune.point import Finished
from tests.study.calls import whole


def test_the_other_methods_of_a_training_on_the_front_come_next_with_its_very_settings(call, points):
    conductor = call(trials=10).conductor
    first, centre = conductor.next(), conductor.next()
    whole(conductor, first, points(first))
    conductor.hear(centre.number, Finished("diverged"))
    sibling = conductor.next()
    assert first.settings.train == sibling.settings.train
    assert {"percentage", "magnitude"} == {first.settings.prune.method, sibling.settings.prune.method}
    assert 0 == sibling.settings.prune.finetune_steps
    whole(conductor, sibling, points(sibling))
    assert conductor.next().settings.train != first.settings.train


def test_after_the_papers_setting_comes_the_middle_of_the_space_with_the_most_epochs(call, plan):
    conductor = call().conductor
    _, centre, other = (conductor.next().settings for _ in range(3))
    assert (1e-3, 4, 0) == (centre.train.lr_g, centre.train.epochs, centre.prune.finetune_steps)
    assert pytest.approx(2, rel=0.01) == centre.train.lr_g / centre.train.lr_d
    assert other.train != centre.train


def test_a_space_that_says_more_of_where_to_begin_is_followed(call, plan):
    good = dict(plan.space.first[0]) | {"lr_g": 3e-3}
    wordy = plan.space.model_copy(update={"first": (plan.space.first[0], good)})
    conductor = call(space=wordy).conductor
    trains = [conductor.next().settings.train for _ in range(3)]
    assert 3e-3 == trains[1].lr_g
    assert 1e-3 != trains[2].lr_g
