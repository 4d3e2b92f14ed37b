"""However few the pictures and whatever the task, what trials are scored at is whole."""

from dataclasses import replace
from math import isfinite

import pytest

from ganprune.confirm_evaluator import yardstick
from ganprune.data.tasks import derived
from ganprune.train import Training
from study.search.evaluators import make_evaluator
from study.search.feature_network import feature_net, referee
from study.settings.arguments import asked
from study.settings.machine import this_machine
from study.settings.plan import make_plan
from tests.study.driver import TINY
from tests.study.search.of_sizes import of_sizes

pytestmark = pytest.mark.usefixtures("short_training")


def test_64_pictures_are_enough_for_every_score(images, tmp_path):
    """Six to compare with, and a batch of more than there are to train on."""
    few = replace(of_sizes(images, 52, 6, 6), published="digits")
    plan = make_plan(asked({"DATASET": "digits", "SPACE": str(TINY), "TRIALS": 1}), None, this_machine())
    plan = replace(plan, space=plan.space.model_copy(update={"samples": 20}))
    evaluator = make_evaluator(few, feature_net(few, tmp_path, print), plan, tmp_path)
    settings = plan.space.settings(plan.space.first[0], few.channels, plan.seed).with_train(batch=64)
    training = Training(settings.model, settings.train)
    shown = training.train_epoch(evaluator.pixels)[2]
    dense = training.dense_generator()
    again = yardstick(evaluator, referee, plan.seed, samples=20).score(dense)
    assert (few.indicative, shown) == (True, 64)
    assert all(map(isfinite, evaluator.quality(evaluator.draw(dense)).values()))
    assert all(map(isfinite, again.values()))


def test_of_a_task_doing_nothing_has_no_skill_and_the_true_pictures_are_known(images, tmp_path):
    translated = derived(images, "super4")
    net = feature_net(translated, tmp_path, print)
    assert net.hash == feature_net(images, tmp_path, print).hash, "it knows what the task was made of"
    plan = make_plan(asked({"DATASET": "digits", "TASK": "super4"}), None, this_machine())
    evaluator = make_evaluator(translated, net, plan, tmp_path)
    assert 0 == pytest.approx(evaluator.quality(evaluator.untranslated)["skill"])
    assert 0 == evaluator.quality(evaluator.truth)["l1"] < evaluator.quality(evaluator.untranslated)["l1"]
