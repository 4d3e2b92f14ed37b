"""What a user is told instead of a wrong name."""

import pytest

from ganprune.errors import instead


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("CIFAR10", "take cifar10"),
        ("cifar-10", "take cifar10"),
        ("fashion_mnist", "take fashion-mnist"),
        ("imagenet", "there are: cifar10, fashion-mnist, digits"),
        ("", "there are: cifar10, fashion-mnist, digits"),
    ],
)
def test_the_near_name_is_told_or_all_that_there_are(wrong, told):
    assert told == instead(wrong, ["cifar10", "fashion-mnist", "digits"])


def test_of_names_as_near_the_one_whose_letters_were_swapped_is_told():
    assert "take fcd" == instead("fdc", ["fid", "fcd", "kcd"])
