"""Tasks of translation: what a source is made of, which way is learned, and what no data set gives."""

import numpy as np
import pytest
import torch

from ganprune.data.images import SETS, Images, Pictures, fingerprint
from ganprune.data.tasks import TASKS, derived, unpaired
from ganprune.errors import UserError


def _images(channels: int = 3, side: int = 16, crop: int = 16, classes: tuple[str, ...] = ("car", "truck")) -> Images:
    rng = np.random.default_rng(0)
    sets = []
    for n in (40, 20, 20):
        pixels = np.zeros((n, channels, side, side), np.uint8)
        edge = (side - crop) // 2
        pixels[:, :, edge : edge + crop, edge : edge + crop] = rng.integers(0, 256, (n, channels, crop, crop))
        sets.append(Pictures(pixels, np.arange(n) % len(classes)))
    return Images("toy", classes, *sets, crop=crop, features_side=crop, fingerprint=fingerprint(sets), problems=())


@pytest.mark.parametrize("task", TASKS)
def test_the_picture_is_the_target_and_its_source_is_made_of_it_alone(task):
    images = _images()
    found = derived(images, task)
    assert found.pairs
    for name in SETS:
        pictures, whole = getattr(found, name), getattr(images, name)
        assert np.array_equal(whole.pixels, pictures.pixels)
        assert (np.uint8, pictures.pixels.shape) == (pictures.source.dtype, pictures.source.shape)
        assert not np.array_equal(pictures.pixels, pictures.source)
    one = derived(_images(), task).search.source
    assert np.array_equal(one, found.search.source)


@pytest.mark.parametrize("task", TASKS)
def test_padding_stays_black(task):
    source = derived(_images(side=20, crop=16), task).train.source.copy()
    source[:, :, 2:18, 2:18] = 0
    assert not source.any()


def test_the_other_direction_is_other_data_and_both_are_told_in_words():
    there, back = (derived(_images(), "super4", direction) for direction in ("AtoB", "BtoA"))
    assert np.array_equal(there.train.pixels, back.train.source)
    assert np.array_equal(there.train.source, back.train.pixels)
    assert 3 == len({_images().fingerprint, there.fingerprint, back.fingerprint})
    assert "B = the picture" in there.remarks[-2]
    assert "draws B from A" in there.remarks[-1]
    assert "draws A from B" in back.remarks[-1]


def _of(task: str, picture: np.ndarray) -> np.ndarray:
    return TASKS[task](torch.from_numpy(picture[None].astype(np.float32)))[0].numpy()


def test_what_each_task_leaves_of_a_picture():
    picture = np.zeros((3, 8, 8), np.float32)
    picture[0, :, 4:] = 200
    assert np.allclose(_of("colour", picture)[:, 0, 4], 0.299 * 200)
    assert np.allclose(_of("super4", picture), picture), "it is even on squares of 4"
    assert np.allclose(_of("super4", picture[:, :, 1:])[0, 0, :4], 50), "one of four columns is bright"
    bright = picture[[0, 0, 0]]
    dark = _of("edges", bright)[0] == 0
    assert dark[:, 3:5].all()
    assert not dark[:, :3].any()
    blurred = _of("deblur", bright)[0, 4]
    assert (np.diff(blurred) >= 0).all()
    assert 0 < blurred[3] < 100 < blurred[4] < 200


def test_two_classes_are_two_kinds_without_pairs():
    images = _images()
    found = derived(images, "car:truck")
    assert not found.pairs
    assert () == found.classes
    cars = images.train.pixels[images.train.labels == 0]
    assert np.array_equal(cars, found.train.source)
    assert np.array_equal(images.train.pixels[images.train.labels == 1], found.train.pixels)
    assert np.array_equal(cars, derived(images, "car:truck", "BtoA").train.pixels)


def test_pairs_learned_from_without_partners_show_no_picture_on_both_sides():
    pairs = derived(_images(), "super4")
    apart = unpaired(pairs)
    assert len(apart.train) == len(apart.train.source) == 20
    assert np.array_equal(pairs.train.source[20:], apart.train.source)
    assert np.array_equal(pairs.train.pixels[:20], apart.train.pixels)
    assert apart.search is pairs.search
    assert apart.fingerprint != pairs.fingerprint


@pytest.mark.parametrize(
    ("task", "images", "says"),
    [
        ("colour", _images(channels=1), "grey"),
        ("super", _images(), "super4"),
        ("car:lorry", _images(), "no class 'lorry': its classes are car, truck"),
        ("car:truck", _images(classes=("one",)), "no class 'car'"),
        ("car:car", _images(), "two different classes"),
        ("car:truck:car", _images(), "two different classes"),
    ],
)
def test_what_the_data_do_not_give_is_one_line_with_the_remedy(task, images, says):
    with pytest.raises(UserError, match=says) as error:
        derived(images, task)
    assert "\n" not in str(error.value)
