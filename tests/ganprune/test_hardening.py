"""Gates: the band they open in, how it closes, and that nothing jumps when what they came to goes into the weights."""

import copy
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from ganprune.channels import channels_sparsity, without_channels
from ganprune.config import ModelSettings, TrainSettings
from ganprune.hardening import Hardening, bound_after, fold, gate
from ganprune.models import MODELS
from ganprune.prunable import prunable
from ganprune.train import Training

PIXELS = torch.randint(256, (48, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
LABELS = torch.arange(48) % 3


def _training(name: str, sparsity: float = 0.9, penalty: float = 1.0, anneal: int = 4, rate: float = 30.0) -> Training:
    model = ModelSettings(name=name, width=4 if "dcgan" in name else 2, latent=4, side=16, channels=1, classes=3)
    gates = Hardening(sparsity, penalty, anneal, 1 / 3, rate)
    gates.pause = 4
    return Training(model, TrainSettings(batch=8, lr_g=1e-3, lr_d=1e-3), hooks={"gates": gates})


def _drawn(training: Training, net) -> Tensor:
    with torch.no_grad():
        return net.eval()(*training.gan.inputs(8, torch.Generator().manual_seed(1)).values())


def test_a_gate_opens_along_two_parabolas_between_the_bounds():
    for bound in (1.0, 0.3):
        at = torch.tensor([-2, -1, -0.5, 0, 0.5, 1, 2]) * bound
        assert [0, 0, 1 / 8, 1 / 2, 7 / 8, 1, 1] == pytest.approx(gate(at, torch.tensor(bound)).tolist())
    assert [0, 1] == gate(torch.tensor([-1e-3, 1e-3]), torch.tensor(0.0)).tolist()


def test_its_slope_is_that_of_finite_differences_and_none_outside():
    scores = torch.linspace(-0.9, 0.9, 37, dtype=torch.float64, requires_grad=True)
    bound, step = torch.tensor(0.6, dtype=torch.float64), 1e-6
    (slope,) = torch.autograd.grad(gate(scores, bound).sum(), scores)
    apart = (gate(scores.detach() + step, bound) - gate(scores.detach() - step, bound)) / (2 * step)
    torch.testing.assert_close(slope, apart, atol=1e-5, rtol=0)
    assert not slope[scores.abs() > bound].any()


@pytest.mark.parametrize("exponent", [1 / 3, 1 / 2, 1])
def test_the_bound_falls_from_1_to_0_and_stays_there(exponent):
    way = [bound_after(share / 20, exponent) for share in range(30)]
    assert (1, 0) == (way[0], way[20])
    assert sorted(way, reverse=True) == way
    assert {0.0} == set(way[20:])


@pytest.mark.parametrize("name", MODELS)
def test_what_gates_came_to_is_folded_into_what_reads_and_the_pictures_stay(name):
    """In evaluation mode, through skips, skips of concatenation and norms of classes."""
    training = _training(name)
    gates = training.hooks["gates"]
    with torch.no_grad():
        for moved in gates._moved.values():
            moved.copy_(torch.linspace(-1.5, 1.5, len(moved)) / 30)
    plain = copy.deepcopy(training.averaged)
    plain.load_state_dict(training.generator.state_dict())
    assert (_drawn(training, training.generator) - _drawn(training, gates.folded(plain))).abs().max() < 1e-6
    assert (_drawn(training, training.generator) - _drawn(training, plain)).abs().max() > 1e-4
    small = without_channels(gates.folded(plain), gates.inputs, gates.groups, gates.alive())
    assert (_drawn(training, training.generator) - _drawn(training, small)).abs().max() < 1e-5
    assert sum(map(Tensor.numel, small.parameters())) < sum(map(Tensor.numel, plain.parameters()))


def test_to_settle_early_changes_no_picture_but_for_what_was_nearly_closed():
    """Where enough is dead at once, all gates that are half open become weights."""
    training = _training("dcgan", sparsity=1e-6)
    gates = training.hooks["gates"]
    with torch.no_grad():
        for moved in gates._moved.values():
            moved.copy_(torch.linspace(-1.1, 0.9, len(moved)) / 30)
    before = _drawn(training, training.generator)
    training.epoch_steps, training.step = 1000, 0
    gates.at_pause(training, None)
    assert {0.0, 1.0} == {value for each in gates.opened().values() for value in each.tolist()}
    assert (before - _drawn(training, training.generator)).abs().max() < 1e-6


def test_no_more_channels_close_than_were_asked_for():
    """Of half of them, which the bound would close at its end, those of the lowest scores."""
    training = _training("dcgan", sparsity=0.3)
    gates = training.hooks["gates"]
    with torch.no_grad():
        for moved in gates._moved.values():
            moved.copy_(torch.linspace(-1.5, 1.5, len(moved)) / 30)
    lost = channels_sparsity(training.generator, gates.groups, gates._over(0.0))
    training.epoch_steps, training.step = 1, 4
    gates.at_pause(training, None)
    assert 0.3 <= channels_sparsity(training.generator, gates.groups, gates.alive()) < 0.5 < lost
    for opened in gates.opened().values():
        assert opened.sort().values.tolist() == opened.tolist()


@pytest.mark.parametrize("asked", [0.3, 0.6, 0.8])
@pytest.mark.parametrize("wanted", [-0.2, 0.0, 0.2])
def test_what_is_asked_for_goes_whatever_training_wants(asked, wanted):
    """Here it wants all gates wider open, or closed, after every epoch; one channel fewer would be too few."""
    training = _training("dcgan", sparsity=asked, penalty=0.0, anneal=3, rate=1.0)
    gates = training.hooks["gates"]
    for _ in range(3):
        for moved in gates._moved.values():
            moved.data += wanted
        training.train_epoch(PIXELS)
    gone = channels_sparsity(training.generator, gates.groups, gates.alive())
    assert asked <= gone < asked + 0.15


def test_channels_close_at_an_even_pace_where_training_would_keep_them_all():
    training = _training("dcgan", sparsity=0.8, penalty=0.0, anneal=1, rate=1.0)
    gates, gone = training.hooks["gates"], []
    training.epoch_steps = 80
    for training.step in range(4, 80, 4):
        for moved in gates._moved.values():
            moved.data += 0.5
        gates.at_pause(training, None)
        gone.append(channels_sparsity(training.generator, gates.groups, gates.alive()))
    for way, share in enumerate(gone, 2):
        assert 0.8 * way / 20 <= share < 0.8 * way / 20 + 0.15


def test_those_go_that_training_wants_least():
    """It opens every second gate of the wider layer further than the others, all of them far above zero."""
    training = _training("dcgan", sparsity=0.45, penalty=0.0, anneal=2, rate=1.0)
    gates = training.hooks["gates"]
    wider = max(gates.groups, key=lambda group: group.size).name
    for name, moved in gates._moved.items():
        moved.data.fill_(3.0)
        moved.data[1::2] -= 0.1 * (name == wider)
    training.epoch_steps = 10
    for training.step in range(0, 24, 4):
        gates.at_pause(training, None)
    assert not gates.alive()[wider][1::2].any()
    assert all(each[::2].all() for each in gates.alive().values())


def test_a_dead_channel_stays_dead_and_at_the_end_all_are_settled():
    training = _training("dcgan")
    gates, alive = training.hooks["gates"], []
    for _ in range(5):
        training.train_epoch(PIXELS, LABELS)
        alive.append(torch.cat(list(gates.alive().values())))
    for before, after in pairwise(alive):
        assert not (after & ~before).any()
    assert 0 < alive[-1].sum() < len(alive[-1])
    assert {0.0, 1.0} == {value for each in gates.opened().values() for value in each.tolist()}
    assert torch.equal(torch.cat(list(gates.opened().values())).bool(), alive[-1])
    assert all(each.any() for each in gates.alive().values())


def test_the_penalty_closes_gates_by_the_weights_of_their_channels():
    """64 that write one of the first layer, its norm, 64 that read it; of the second 128, its norm, 16."""
    gates = _training("dcgan").hooks["gates"]
    loss = gates.loss("g", {}, None)
    slopes = torch.autograd.grad(loss, list(gates._moved.values()))
    first, second = (slope.max().item() for slope in slopes)
    assert 0 < first
    assert second / first == pytest.approx((128 + 2 + 16) / (64 + 2 + 64))
    assert gates.loss("d", {}, None) is None


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_a_network_that_keeps_a_share_of_its_channels_has_the_weights_of_the_notes(share):
    """Of the reference generator: 409,600 r + 655,360 r² + 3,072 r."""
    model = ModelSettings()
    training = Training(model, TrainSettings(), hooks={"gates": Hardening(0.9, 0, 1, 1, 1)})
    gates = training.hooks["gates"]
    kept = {group.name: torch.arange(group.size) < share * group.size for group in gates.groups}
    small = without_channels(training.generator, gates.inputs, gates.groups, kept)
    expected = 409_600 * share + 655_360 * share**2 + 3_072 * share
    assert expected == sum(weight.numel() for weight in prunable(small).values())


def test_what_is_folded_leaves_the_writers_and_norms_alone():
    training = _training("cdcgan")
    gates, net = training.hooks["gates"], copy.deepcopy(training.averaged)
    fold(net, gates.groups, {group.name: torch.zeros(group.size) for group in gates.groups})
    same = {name for name, each in net.named_parameters() if torch.equal(each, training.averaged.get_parameter(name))}
    assert {"convolutions.1.weight", "to_picture.weight"} == {name for name, _ in net.named_parameters()} - same
