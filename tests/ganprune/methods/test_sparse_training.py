"""Sparse training: how many weights are active at any step, and which of them take turns."""

import math

import pytest
import torch
from torch import Tensor

from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.methods import METHODS, training_of
from ganprune.methods.sparse_training import SparseTrainingSettings, TakingTurns, changed
from ganprune.metrics.cost import sparsity
from ganprune.prunable import prunable
from ganprune.run import Run
from ganprune.train import Training

PIXELS = torch.randint(256, (32, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
OWN = {"density": 0.3, "period": 2, "until": 3}


each_model = pytest.mark.parametrize("settings", ["dcgan", "sngan"], indirect=True)


@pytest.fixture
def settings(request) -> TrialSettings:
    return TrialSettings(
        model=ModelSettings(name=getattr(request, "param", "dcgan"), width=4, latent=4, side=16, channels=1),
        train=TrainSettings(batch=8, lr_g=1e-3, lr_d=1e-3, epochs=4),
        prune=PruneSettings(method="sparse_training", own=OWN),
    )


def _after(settings: TrialSettings, epochs: int) -> Training:
    training = training_of(settings)
    for _ in range(epochs):
        training.train_epoch(PIXELS)
    return training


def _hook(training: Training) -> TakingTurns:
    return training.hooks["sparse_training"]


def _masks(training: Training, net: str = "generator") -> Tensor:
    return torch.cat([mask.flatten() for mask in _hook(training).masks[net].values()]).clone()


def _density(training: Training, net: str) -> float:
    """What has just come is active, though still zero."""
    return 1 - int((~_masks(training, net)).sum()) / sum(w.numel() for w in prunable(training.gan.nets[net]).values())


@each_model
def test_from_the_first_step_to_the_last_the_density_is_what_was_asked(settings):
    densities = [_density(_after(settings, epochs), "generator") for epochs in (0, 1, 4)]
    assert [0.3] * 3 == pytest.approx(densities, abs=0.005)
    assert 1 == _density(_after(settings, 1), "discriminator")


@each_model
def test_what_is_judged_is_as_sparse_since_the_averaged_weights_lose_what_goes(settings):
    early = settings.with_own(until=1)
    candidate = METHODS["sparse_training"].candidate(Run(early, None, _after(early, 3)))
    assert 0.7 == pytest.approx(sparsity(candidate.net).prunable, abs=0.005)


@pytest.mark.parametrize(("own", "density"), [({"density_d": 0.6}, 0.6), ({"balance": "equal"}, 0.3)])
def test_the_discriminators_density_is_fixed_or_the_generators(settings, own, density):
    begun, training = (_after(settings.with_own(**own), epochs) for epochs in (0, 2))
    assert density == pytest.approx(_density(training, "discriminator"), abs=0.005)
    assert not torch.equal(*(_masks(each, "discriminator") for each in (begun, training)))


def test_weights_take_turns_until_an_epoch_and_never_where_nothing_grows(settings):
    begun, turned, over, later = (_masks(_after(settings, epochs)) for epochs in (0, 1, 3, 4))
    assert not torch.equal(begun, turned)
    assert torch.equal(over, later)
    assert torch.equal(begun, _masks(_after(settings.with_own(growth="none"), 2)))
    assert not torch.equal(turned, _masks(_after(settings.with_own(growth="random"), 1)))


def test_the_share_that_takes_turns_falls_as_a_cosine():
    own = SparseTrainingSettings(turnover=0.4, until=10)
    assert [0.4, 0.2, 0, 0] == pytest.approx([own.share(epoch) for epoch in (0, 5, 10, 20)])
    assert own.share(2) == pytest.approx(0.2 * (1 + math.cos(math.pi / 5)))


def test_the_smallest_leave_and_the_steepest_come_over_all_layers():
    masks = {"a": torch.tensor([True, True, False, False]), "b": torch.tensor([True, True, True, False])}
    sizes = {"a": torch.tensor([0.1, 0.9, 0, 0]), "b": torch.tensor([0.5, 0.2, 0.3, 0])}
    wanted = {"a": torch.tensor([0.0, 0, 0.1, 0.7]), "b": torch.tensor([0.0, 0, 9, 0.2])}
    found = changed(masks, sizes, wanted, leave=2, come=2)
    assert [False, True, False, True] == found["a"].tolist()
    assert [True, False, True, True] == found["b"].tolist()


def test_no_layer_is_ever_emptied():
    masks = {"small": torch.ones(3, dtype=torch.bool), "large": torch.ones(3, dtype=torch.bool)}
    sizes = {"small": torch.tensor([0.1, 0.2, 0.1]), "large": torch.tensor([7.0, 8, 9])}
    found = changed(masks, sizes, sizes, leave=6, come=0)
    assert [False, True, False] == found["small"].tolist()
    assert [False, False, True] == found["large"].tolist()


def test_growth_by_gradient_takes_the_largest_of_the_last_step(settings, monkeypatch):
    """At the first turn, of those that were inactive."""
    seen = {}

    def note(masks, sizes, wanted, leave, come):
        after = changed(masks, sizes, wanted, leave, come)
        before, then = (torch.cat([each.flatten() for each in of.values()]) for of in (masks, after))
        steep = torch.cat([wanted[name].flatten() for name in masks])
        seen.setdefault("first", (before, then, steep))
        return after

    monkeypatch.setattr("ganprune.methods.sparse_training.changed", note)
    _after(settings, 1)
    before, then, steep = seen["first"]
    came, still_out = then & ~before, ~then & ~before
    assert came.any()
    assert steep[came].min() >= steep[still_out].max() > 0


@pytest.mark.parametrize("balance", ["relaxed", "strict"])
@pytest.mark.parametrize(("ratio", "goes"), [(0.7, 1), (0.5, 0), (0.3, -1)])
def test_a_balanced_discriminator_grows_where_it_is_too_weak_and_shrinks_where_too_strong(
    settings, monkeypatch, balance, ratio, goes
):
    monkeypatch.setattr("ganprune.methods.sparse_training.Balance.ratio", lambda balance: ratio)
    training = _after(settings.with_own(balance=balance), 1)  # four steps: judged once
    assert 0.3 + 0.05 * goes == pytest.approx(_density(training, "discriminator"), abs=0.01)
    assert 0.3 == pytest.approx(_density(training, "generator"), abs=0.005)


@pytest.mark.parametrize(("balance", "ratio", "end"), [("strict", 1, 0.5), ("relaxed", 1, 0.65), ("relaxed", 0, 0.05)])
def test_a_balanced_density_stays_within_its_bounds(settings, monkeypatch, balance, ratio, end):
    """After seven judgements from 0.3; a strict one takes turns at its cap."""
    settings = settings.with_prune(spare_output=False)
    monkeypatch.setattr("ganprune.methods.sparse_training.Balance.ratio", lambda balance: ratio)
    training = _after(settings.with_own(balance=balance, until=20), 6)
    six = _masks(training, "discriminator")
    training.train_epoch(PIXELS)
    assert end == pytest.approx(_density(training, "discriminator"), abs=0.01)
    assert not torch.equal(_masks(training, "discriminator"), six) or ratio == 0


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"until": 5}, "until 5 is later than the 4 epochs"),
        ({"density": 1e-4}, "density 0.0001"),
        ({"density_d": 1e-3}, "in the discriminator"),
    ],
)
def test_what_would_come_to_nothing_is_refused_in_a_line(settings, own, told):
    assert METHODS["sparse_training"].refusal(settings) is None
    assert told in METHODS["sparse_training"].refusal(settings.with_own(**own))


def test_a_turn_that_never_comes_is_refused(settings):
    short = settings.with_own(period=13).with_train(epoch_images=32)
    assert "period 13 is longer than the 12 steps until epoch 3" in METHODS["sparse_training"].refusal(short)
    assert METHODS["sparse_training"].refusal(short.with_own(growth="none")) is None


def test_a_balance_needs_growth():
    with pytest.raises(ValueError, match="take fixed or equal"):
        SparseTrainingSettings(growth="none", balance="strict")


def test_asked_for_a_sparsity_it_has_it(settings):
    asked = METHODS["sparse_training"].at(settings, 0.8)
    assert 0.2 == pytest.approx(_density(_after(asked, 1), "generator"), abs=0.005)
    assert METHODS["sparse_training"].at(settings, 0.9999) is None
