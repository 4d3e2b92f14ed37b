"""Tests of published.py: what is known, and that no order hides it."""

from dataclasses import replace
from pathlib import Path

import pytest

from ganprune.data import digits
from ganprune.data.gather import gather
from ganprune.data.published import COPIES, print_of, published_as


@pytest.mark.parametrize("side", [16, 32])
def test_the_digits_are_known_whatever_they_are_called(side):
    source = digits.load(Path("nowhere"))
    assert gather(source, "postcodes", side, None, seed=0).published == "digits"


def test_other_training_pictures_of_the_same_source_are_not_those_that_a_network_was_trained_on():
    source = digits.load(Path("nowhere"))
    assert gather(source, "digits", 16, None, seed=1).published == ""
    assert gather(replace(source, held_out=0.1), "digits", 16, None, seed=0).published == ""


def test_the_order_of_pictures_does_not_matter(monkeypatch):
    digests = [bytes([number]) * 16 for number in range(9)]
    monkeypatch.setitem(COPIES, print_of(digests), "letters")
    assert published_as(reversed(digests)) == "letters"
    assert published_as(digests[1:]) == ""
