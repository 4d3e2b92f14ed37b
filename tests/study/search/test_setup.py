"""What a study prepares: the networks that judge its pictures, trained once and found again."""

from dataclasses import replace
from math import isfinite
from pathlib import Path

import numpy as np
import pytest

from ganprune.config import ModelSettings
from ganprune.confirm_evaluator import yardstick
from ganprune.data import load
from ganprune.data.images import SETS, Images, Pictures
from ganprune.data.tasks import derived
from ganprune.errors import UserError
from ganprune.metrics import features
from ganprune.train import Training
from study.search import setup
from study.settings.arguments import asked
from study.settings.machine import this_machine
from study.settings.plan import make_plan
from tests.study.driver import TINY


@pytest.fixture(scope="module")
def images() -> Images:
    """Digits under a name for which no network ships."""
    return replace(load("digits", Path("nowhere"), side=16), name="postcodes", published="")


@pytest.fixture(autouse=True)
def short_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "IMAGES_SEEN", 64)


def test_a_data_set_without_shipped_networks_trains_its_own_once(images, tmp_path):
    told = []
    nets = [setup.feature_net(images, tmp_path, told.append, referee) for referee in (False, True)]
    assert any("judge postcodes" in note for note in told)
    assert any("score the front once more" in note for note in told)
    told.clear()
    again = [setup.feature_net(images, tmp_path, told.append, referee) for referee in (False, True)]
    assert [net.hash for net in nets] == [net.hash for net in again]
    assert [] == told


def test_the_referee_is_not_the_network_that_it_checks(images, tmp_path):
    judge, referee = (setup.feature_net(images, tmp_path, print, which) for which in (False, True))
    assert judge.hash != referee.hash
    assert judge.about.seed != referee.about.seed
    assert judge.about.images_seen > referee.about.images_seen


def test_pictures_of_one_kind_are_not_held_against_the_other(images):
    setup.check_kinds(ModelSettings(side=16, channels=1), 64, images)


@pytest.mark.parametrize("referee", [False, True])
def test_of_a_named_data_set_it_is_the_one_that_ships(tmp_path, referee):
    digits = load("digits", Path("nowhere"), side=16)
    net = setup.feature_net(digits, tmp_path, print, referee)
    assert features.frozen("digits", referee).hash == net.hash
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("referee", [False, True])
def test_a_name_alone_is_judged_by_no_network_that_ships(images, tmp_path, referee):
    called_digits = replace(images, name="digits")
    assert setup.known_net(called_digits, tmp_path, referee) is None
    net = setup.feature_net(called_digits, tmp_path, lambda told: None, referee)
    assert features.frozen("digits", referee).hash != net.hash


@pytest.mark.slow
@pytest.mark.parametrize("side", [16, 32])
def test_the_copy_of_cifar10_is_judged_by_the_one_that_ships_whatever_it_is_called(real_data, tmp_path, side):
    (tmp_path / "holiday.zip").symlink_to(real_data / "cifar10.zip")
    images = load(str(tmp_path / "holiday.zip"), tmp_path, side)
    assert images.name == "holiday"
    for referee in (False, True):
        assert features.frozen("cifar10", referee).hash == setup.known_net(images, tmp_path, referee).hash


def of_sizes(images: Images, *sizes: int) -> Images:
    sets = {
        name: Pictures(getattr(images, name).pixels[:size], getattr(images, name).labels[:size])
        for name, size in zip(SETS, sizes, strict=True)
    }
    return replace(images, **sets)


def test_fewer_pictures_than_a_study_needs_are_refused_with_their_number(images):
    setup.check_size(of_sizes(images, 52, 6, 6))
    with pytest.raises(UserError, match="DATASET=postcodes: 63 pictures; at least 64 are needed"):
        setup.check_size(of_sizes(images, 51, 6, 6))


def test_64_pictures_are_enough_for_every_score(images, tmp_path):
    """Six to compare with, and a batch of more than there are to train on."""
    few = replace(of_sizes(images, 52, 6, 6), published="digits")
    plan = make_plan(asked({"DATASET": "digits", "SPACE": str(TINY), "TRIALS": 1}), None, this_machine())
    plan = replace(plan, space=plan.space.model_copy(update={"samples": 20}))
    evaluator = setup.make_evaluator(few, setup.feature_net(few, tmp_path, print), plan, tmp_path)
    settings = plan.space.settings(plan.space.first[0], few.channels, plan.seed)
    training = Training(settings.model, settings.train)
    shown = training.train_epoch(evaluator.pixels)[2]
    dense = training.dense_generator()
    again = yardstick(evaluator, setup.referee, plan.seed, samples=20).score(dense)
    assert (few.indicative, shown) == (True, 32)
    assert all(map(isfinite, evaluator.quality(evaluator.draw(dense)).values()))
    assert all(map(isfinite, again.values()))


def test_too_few_different_pictures_to_compare_with_are_refused(images):
    with pytest.raises(UserError, match=r"too many of its 71 pictures are equal.* at least 6 each .* there are 5"):
        setup.check_size(of_sizes(images, 60, 6, 5))


@pytest.mark.parametrize("metric", ["fcd", "kcd"])
def test_pictures_without_classes_or_orientation_are_told_what_works_offline(images, metric):
    blind = features.FeatureNet(features.About(1, 4, "rotations", seed=0, images_seen=0, accuracy=0.25))
    with pytest.raises(UserError, match=f"QUALITY={metric}: .*25%; sort the pictures into two or more class folders"):
        setup.check_objective(metric, blind, images)
    setup.check_objective("fid", blind, images)


def test_what_is_not_told_of_classes_is_said_where_they_are_few(images):
    classed = ModelSettings(name="cdcgan")
    fewest = min(np.bincount(images.search.labels))
    assert f"class_fcd is left out: of {fewest} real and 100 drawn pictures" in setup.left_out(classed, images, 1000)
    assert "" == setup.left_out(ModelSettings(), images, 1000)
    many = replace(images, search=Pictures(images.train.pixels, np.arange(5000) % 10))
    assert "" == setup.left_out(classed, many, 1000)
    assert "500 real and 50 drawn" in setup.left_out(classed, many, 500)


def test_a_model_that_needs_labels_is_refused_where_pictures_have_none(images, monkeypatch):
    monkeypatch.setattr(setup, "takes_labels", lambda model: True)
    with pytest.raises(UserError, match="DATASET=postcodes: its pictures have no classes, and model dcgan needs"):
        setup.check_labels(ModelSettings(), replace(images, classes=()))
    setup.check_labels(ModelSettings(), images)


def test_what_a_model_cant_be_taught_to_translate_is_refused_with_the_remedy(images):
    pairs, cycle = (ModelSettings(name=name, side=16, width=2, channels=1) for name in ("pix2pix", "cyclegan"))
    classes = derived(images, "3:8")
    setup.check_kinds(pairs, 32, derived(images, "super4"))
    setup.check_kinds(cycle, 32, classes)
    with pytest.raises(UserError, match=r"pix2pix learns from pairs.* give folders .* or MODEL=cyclegan"):
        setup.check_kinds(pairs, 32, classes)
    with pytest.raises(UserError, match=r"of one kind there are \d+ pictures to train on, and a batch has 500; add"):
        setup.check_kinds(cycle, 500, classes)


def test_of_a_task_doing_nothing_has_no_skill_and_the_true_pictures_are_known(images, tmp_path):
    translated = derived(images, "super4")
    net = setup.feature_net(translated, tmp_path, print)
    assert net.hash == setup.feature_net(images, tmp_path, print).hash, "it knows what the task was made of"
    plan = make_plan(asked({"DATASET": "digits", "TASK": "super4"}), None, this_machine())
    evaluator = setup.make_evaluator(translated, net, plan, tmp_path)
    assert 0 == pytest.approx(evaluator.quality(evaluator.untranslated)["skill"])
    assert 0 == evaluator.quality(evaluator.truth)["l1"] < evaluator.quality(evaluator.untranslated)["l1"]
