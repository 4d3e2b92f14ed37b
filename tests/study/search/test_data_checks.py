"""Pictures that cannot give what is asked of them are refused with the remedy."""

from dataclasses import replace

import numpy as np
import pytest

from ganprune.config import ModelSettings
from ganprune.data.images import Pictures
from ganprune.data.source import UNKNOWN
from ganprune.data.tasks import derived
from ganprune.errors import UserError
from ganprune.metrics import features
from study.search import data_checks
from tests.study.search.of_sizes import of_sizes


def test_pictures_of_one_kind_are_not_held_against_the_other(images):
    data_checks.check_kinds(ModelSettings(side=16, channels=1), 64, images)


def test_fewer_pictures_than_a_study_needs_are_refused_with_their_number(images):
    data_checks.check_size(of_sizes(images, 52, 6, 6))
    with pytest.raises(UserError, match="DATASET=postcodes: 63 pictures; at least 64 are needed"):
        data_checks.check_size(of_sizes(images, 51, 6, 6))


def test_of_two_kinds_the_smaller_has_to_be_enough(images):
    enough = of_sizes(images, 60, 6, 6)
    search = Pictures(enough.search.pixels, enough.search.labels, enough.search.pixels[:2])
    with pytest.raises(UserError, match="there are 2"):
        data_checks.check_size(replace(enough, search=search))


def test_too_few_different_pictures_to_compare_with_are_refused(images):
    with pytest.raises(UserError, match=r"too many of its 71 pictures are equal.* at least 6 each .* there are 5"):
        data_checks.check_size(of_sizes(images, 60, 6, 5))


def test_too_few_held_out_pictures_of_a_class_are_not_called_equal(images):
    few = replace(images, search=Pictures(images.search.pixels[:20], images.search.labels[:20]))
    with pytest.raises(UserError, match=r"TASK=3:8: of one of these classes there are \d pictures to .* 6 each"):
        data_checks.check_size(derived(few, "3:8"))


@pytest.mark.parametrize("metric", ["fcd", "kcd"])
def test_pictures_without_classes_or_orientation_are_told_what_works_offline(images, metric):
    blind = features.FeatureNet(features.About(1, 4, "rotations", seed=0, images_seen=0, accuracy=0.25))
    with pytest.raises(UserError, match=f"QUALITY={metric}: .*25%; sort the pictures into two or more class folders"):
        data_checks.check_objective(metric, blind, images)
    data_checks.check_objective("fid", blind, images)


def test_what_is_not_told_of_classes_is_said_where_they_are_few(images):
    classed = ModelSettings(name="cdcgan")
    fewest = min(np.bincount(images.search.labels))
    assert f"class_fcd is left out: of {fewest} real and 100 drawn pictures" in data_checks.left_out(
        classed, images, 1000
    )
    assert "" == data_checks.left_out(ModelSettings(), images, 1000)
    many = replace(images, search=Pictures(images.train.pixels, np.arange(5000) % 10))
    assert "" == data_checks.left_out(classed, many, 1000)
    assert "500 real and 50 drawn" in data_checks.left_out(classed, many, 500)


def test_a_model_that_needs_labels_is_refused_where_pictures_have_none(images, monkeypatch):
    monkeypatch.setattr(data_checks, "takes_labels", lambda model: True)
    with pytest.raises(UserError, match="DATASET=postcodes: its pictures have no classes, and model dcgan needs"):
        data_checks.check_labels(ModelSettings(), replace(images, classes=()))
    data_checks.check_labels(ModelSettings(), images)


def test_a_model_that_needs_labels_is_refused_where_held_out_pictures_have_none(images):
    unknown = replace(images.search, labels=np.full(len(images.search), UNKNOWN))
    with pytest.raises(UserError, match=r"\d+ pictures in val or test lie in no class folder, .* sort them as in"):
        data_checks.check_labels(ModelSettings(name="cdcgan"), replace(images, search=unknown))


def test_what_a_model_cant_be_taught_to_translate_is_refused_with_the_remedy(images):
    pairs, cycle = (ModelSettings(name=name, side=16, width=2, channels=1) for name in ("pix2pix", "cyclegan"))
    classes = derived(images, "3:8")
    data_checks.check_kinds(pairs, 32, derived(images, "super4"))
    data_checks.check_kinds(cycle, 32, classes)
    with pytest.raises(UserError, match=r"pix2pix learns from pairs.* give folders .* or MODEL=cyclegan"):
        data_checks.check_kinds(pairs, 32, classes)
    with pytest.raises(UserError, match=r"of one kind there are \d+ pictures to train on, and a batch has 500; add"):
        data_checks.check_kinds(cycle, 500, classes)
