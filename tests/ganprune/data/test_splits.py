"""Tests of splits.py: three sets that are stratified, complete, disjoint and seeded."""

import numpy as np
import pytest

from ganprune.data.source import UNKNOWN
from ganprune.data.splits import balanced_order, digest_of, first_twins, three_sets

SORTED = np.repeat([0, 1, 2], [50, 30, 20])  # by class, as files come


def divide(origins, labels=SORTED, twins=None, seed=0):
    twins = np.arange(len(labels)) if twins is None else twins
    return three_sets(np.array(origins), labels, twins, held_out=0.1, seed=seed)


def test_every_prefix_of_a_balanced_order_holds_the_classes_in_their_shares():
    order = balanced_order(SORTED, np.random.default_rng(0))
    assert list(range(100)) == sorted(order)
    for length in range(1, 101):
        counts = np.bincount(SORTED[order[:length]], minlength=3)
        assert np.abs(counts - length * np.array([0.5, 0.3, 0.2])).max() <= 1.5


def test_pictures_without_splits_are_divided_80_10_10_within_each_class():
    sets = divide([""] * 100)
    assert list(range(100)) == sorted(np.concatenate(sets))
    assert [np.bincount(SORTED[part]).tolist() for part in sets] == [[40, 24, 16], [5, 3, 2], [5, 3, 2]]


@pytest.mark.parametrize("other", ["test", "val"])
def test_the_one_held_out_split_is_halved_within_each_class(other):
    train, search, report = divide(["train"] * 100 + [other] * 100, np.tile(SORTED, 2))
    assert set(range(100)) == set(train)
    assert set(range(100, 200)) == set(search) | set(report)
    assert np.bincount(np.tile(SORTED, 2)[report]).tolist() == [25, 15, 10]


def test_given_val_and_test_search_is_val_and_report_is_test():
    train, search, report = divide(["train"] * 60 + ["val"] * 30 + ["test"] * 10)
    assert (set(range(60)), set(range(60, 90)), set(range(90, 100))) == (set(train), set(search), set(report))


def test_a_train_split_alone_is_divided_as_if_there_were_none():
    assert all(map(np.array_equal, divide([""] * 100), divide(["train"] * 100)))


def test_the_seed_alone_decides():
    assert all(map(np.array_equal, divide([""] * 100), divide([""] * 100)))
    assert not np.array_equal(divide([""] * 100)[2], divide([""] * 100, seed=1)[2])


def test_equal_pictures_are_found():
    pictures = (np.full((4, 4), level, np.uint8) for level in (3, 1, 3, 2, 1))
    assert first_twins(map(digest_of, pictures)).tolist() == [0, 1, 0, 3, 1]


def test_equal_pictures_end_up_in_one_set():
    twins = np.arange(100) // 2 * 2
    for part in divide([""] * 100, twins=twins):
        assert len(part) > 0
        assert np.isin(part ^ 1, part).all()


def test_a_test_picture_that_equals_a_training_picture_is_trained_on():
    twins = np.arange(100)
    twins[99] = 0
    train, search, report = divide(["train"] * 50 + ["test"] * 50, twins=twins)
    assert 99 in train
    assert 99 not in np.concatenate([search, report])


@pytest.mark.parametrize(("held_out", "kept"), [(40, 39), (8, 0)], ids=["as it came", "too few: divided anew"])
def test_a_picture_of_unknown_class_is_never_trained_on(held_out, kept):
    """Not even one that equals a training picture."""
    labels = np.concatenate([SORTED, np.full(held_out, UNKNOWN)])
    twins = np.arange(len(labels))
    twins[100] = 0
    train, search, report = divide(["train"] * 100 + ["test"] * held_out, labels, twins)
    assert 0 <= labels[train].min()
    assert kept == np.count_nonzero(labels[np.concatenate([search, report])] == UNKNOWN)
    assert 100 + kept == len(train) + len(search) + len(report)
