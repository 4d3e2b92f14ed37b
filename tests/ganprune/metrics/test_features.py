"""The feature network: the same for the same arguments, small, and good enough to judge."""

import math

import pytest
import torch
from sklearn.datasets import load_digits
from torch import Generator, Tensor

from ganprune.metrics import features
from ganprune.metrics.feature_training import REFEREE, train_features
from ganprune.metrics.features import FEATURES, can_judge, frozen, prepare

# A frozen network that changes makes every figure measured with it another figure.
FROZEN = {"digits": ("68d0c7ee3d4d", 0.97), "cifar10": ("d40c03c000e0", 0.75)}
REFEREES = {"digits": ("04b7a3a17c8e", 0.97), "cifar10": ("230dd43aa49a", 0.75)}


def _noise(n: int, channels: int, side: int) -> Tensor:
    return torch.randint(256, (n, channels, side, side), dtype=torch.uint8, generator=Generator().manual_seed(0))


@pytest.fixture(scope="module")
def digits() -> tuple[Tensor, Tensor]:
    data = load_digits()
    return torch.tensor(data.images * 255 / 16).round().to(torch.uint8)[:, None], torch.tensor(data.target).long()


@pytest.mark.parametrize(("channels", "side"), [(1, 8), (3, 16), (3, 28), (1, 33)])
@pytest.mark.parametrize("n_classes", [3, None])
def test_any_side_from_8_grey_or_colour_with_or_without_classes(channels: int, side: int, n_classes: int | None):
    pictures = _noise(40, channels, side)
    labels = None if n_classes is None else torch.arange(40) % n_classes
    net = train_features(pictures, labels, n_classes or 0, seed=0, images_seen=128)
    found = features.features(net, pictures)
    assert found.shape == (40, FEATURES)
    assert found.isfinite().all()
    assert net.probabilities(found).sum(dim=1) == pytest.approx(torch.ones(40), abs=1e-5)
    assert net.about.task == ("rotations" if n_classes is None else "classes")
    assert net.about.outputs == (n_classes or 4)


def test_training_is_fixed_by_its_arguments_and_leaves_the_global_random_state_alone(digits):
    pictures, labels = digits
    before = torch.get_rng_state()
    first, again, other = (train_features(pictures, labels, 10, seed, images_seen=512) for seed in (0, 0, 1))
    assert first.hash == again.hash != other.hash
    assert first.about == again.about
    assert torch.equal(before, torch.get_rng_state())


def test_a_stored_network_is_the_same_network(digits):
    pictures, labels = digits
    net = train_features(pictures, labels, 10, seed=0, images_seen=512, note="digits")
    again = features.load(features.save(net))
    assert (again.hash, again.about) == (net.hash, net.about)
    assert torch.equal(features.features(again, pictures), features.features(net, pictures))


def test_features_do_not_depend_on_the_batch(digits):
    pictures, _ = digits
    net = frozen("digits")
    assert features.features(net, pictures[:60], batch=7) == pytest.approx(
        features.features(net, pictures[:60]), abs=1e-4
    )


def test_progress_is_told_up_to_the_end(digits):
    pictures, labels = digits
    told = []
    train_features(pictures, labels, 10, seed=0, images_seen=512, tell=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_it_learns_digits_and_tells_the_accuracy_on_pictures_held_out(digits):
    pictures, labels = digits
    net = train_features(pictures[:1500], labels[:1500], 10, seed=0, images_seen=15_000, flip=False)
    predicted = net.probabilities(features.features(net, pictures[1500:])).argmax(dim=1)
    accuracy = (predicted == labels[1500:]).double().mean().item()
    assert accuracy > 0.85
    assert net.about.accuracy == pytest.approx(accuracy, abs=0.15)


def test_without_classes_it_may_judge_only_when_it_can_tell_rotations(digits):
    pictures, _ = digits
    assert can_judge(train_features(pictures, None, 0, seed=0, images_seen=8_000, flip=False))
    assert not can_judge(train_features(_noise(400, 1, 8), None, 0, seed=0, images_seen=1_000))


def test_prepare_crops_padding_away_and_undoes_enlarging(digits):
    pictures = digits[0][:50]
    doubled = pictures.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    assert torch.equal(prepare(doubled, crop=16, features_side=8), pictures)
    padded = torch.nn.functional.pad(_noise(5, 1, 28), (2, 2, 2, 2), value=7)
    assert torch.equal(prepare(padded, crop=28, features_side=28), _noise(5, 1, 28))


@pytest.mark.parametrize("referee", [False, True])
@pytest.mark.parametrize("name", FROZEN)
def test_the_frozen_networks_are_small_good_and_never_change(name: str, referee: bool):
    net = frozen(name, referee)
    expected_hash, accuracy = (REFEREES if referee else FROZEN)[name]
    assert net.hash == expected_hash
    assert net.about.accuracy > accuracy
    assert len(features.save(net)) <= 1_000_000
    assert not math.isnan(sum(tensor.sum().item() for tensor in net.state_dict().values()))


@pytest.mark.parametrize("name", FROZEN)
def test_a_referee_has_another_seed_and_another_schedule(name: str):
    judge, referee = frozen(name).about, frozen(name, referee=True).about
    assert judge.seed != referee.seed
    assert referee.images_seen == pytest.approx(REFEREE[1] * judge.images_seen, rel=0.01)


def test_a_data_set_without_a_frozen_network_has_none():
    assert frozen("holiday-pictures") is None
    assert frozen("holiday-pictures", referee=True) is None
