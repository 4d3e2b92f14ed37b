"""The networks that judge a data set are trained once and found again."""

from dataclasses import replace
from pathlib import Path

import pytest

from ganprune.data import load
from ganprune.metrics import features
from study.search.feature_network import feature_net, known_net

pytestmark = pytest.mark.usefixtures("short_training")


def test_a_data_set_without_shipped_networks_trains_its_own_once(images, tmp_path):
    told = []
    nets = [feature_net(images, tmp_path, told.append, referee) for referee in (False, True)]
    assert any("judge postcodes" in note for note in told)
    assert any("score the front once more" in note for note in told)
    told.clear()
    again = [feature_net(images, tmp_path, told.append, referee) for referee in (False, True)]
    assert [net.hash for net in nets] == [net.hash for net in again]
    assert [] == told


def test_the_referee_is_not_the_network_that_it_checks(images, tmp_path):
    judge, referee = (feature_net(images, tmp_path, print, which) for which in (False, True))
    assert judge.hash != referee.hash
    assert judge.about.seed != referee.about.seed
    assert judge.about.images_seen > referee.about.images_seen


@pytest.mark.parametrize("referee", [False, True])
def test_of_a_named_data_set_it_is_the_one_that_ships(tmp_path, referee):
    digits = load("digits", Path("nowhere"), side=16)
    net = feature_net(digits, tmp_path, print, referee)
    assert features.frozen("digits", referee).hash == net.hash
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("referee", [False, True])
def test_a_name_alone_is_judged_by_no_network_that_ships(images, tmp_path, referee):
    called_digits = replace(images, name="digits")
    assert known_net(called_digits, tmp_path, referee) is None
    net = feature_net(called_digits, tmp_path, lambda told: None, referee)
    assert features.frozen("digits", referee).hash != net.hash


@pytest.mark.slow
@pytest.mark.parametrize("side", [16, 32])
def test_the_copy_of_cifar10_is_judged_by_the_one_that_ships_whatever_it_is_called(real_data, tmp_path, side):
    (tmp_path / "holiday.zip").symlink_to(real_data / "cifar10.zip")
    images = load(str(tmp_path / "holiday.zip"), tmp_path, side)
    assert images.name == "holiday"
    for referee in (False, True):
        assert features.frozen("cifar10", referee).hash == known_net(images, tmp_path, referee).hash
