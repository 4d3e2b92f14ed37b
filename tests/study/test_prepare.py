"""What a study prepares: the networks that judge its pictures, trained once and found again."""

from dataclasses import replace
from pathlib import Path

import pytest

from ganprune.data import load
from ganprune.data.images import Images
from ganprune.metrics import features
from study import prepare


@pytest.fixture(scope="module")
def images() -> Images:
    """Digits under a name for which no network ships."""
    return replace(load("digits", Path("nowhere"), side=16), name="postcodes")


@pytest.fixture(autouse=True)
def short_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "IMAGES_SEEN", 64)


def test_a_data_set_without_shipped_networks_trains_its_own_once(images, tmp_path):
    told = []
    nets = [prepare.feature_net(images, tmp_path, told.append, referee) for referee in (False, True)]
    assert any("judge postcodes" in note for note in told)
    assert any("score the front once more" in note for note in told)
    told.clear()
    again = [prepare.feature_net(images, tmp_path, told.append, referee) for referee in (False, True)]
    assert [net.hash for net in nets] == [net.hash for net in again]
    assert [] == told


def test_the_referee_is_not_the_network_that_it_checks(images, tmp_path):
    judge, referee = (prepare.feature_net(images, tmp_path, print, which) for which in (False, True))
    assert judge.hash != referee.hash
    assert judge.about.seed != referee.about.seed
    assert judge.about.images_seen > referee.about.images_seen


@pytest.mark.parametrize("referee", [False, True])
def test_of_a_named_data_set_it_is_the_one_that_ships(tmp_path, referee):
    digits = load("digits", Path("nowhere"), side=16)
    net = prepare.feature_net(digits, tmp_path, print, referee)
    assert features.frozen("digits", referee).hash == net.hash
    assert [] == list(tmp_path.iterdir())
