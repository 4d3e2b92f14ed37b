"""Re-GAN's phases: who is out when, what comes back, and which network is judged."""

import pytest
import torch
from torch import Tensor

from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.methods import METHODS, training_of
from ganprune.methods.regan import ReganSettings
from ganprune.metrics.cost import sparsity
from ganprune.run import Run
from ganprune.train import Training

PIXELS = torch.randint(256, (32, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
OWN = {"share": 0.4, "warm_up": 2, "phase": 2}  # epochs 2, 3, 6, 7 are sparse


@pytest.fixture(autouse=True)
def few_to_recalibrate_with(monkeypatch):
    monkeypatch.setattr("ganprune.training_state.RECALIBRATION_PICTURES", 32)


@pytest.fixture
def settings() -> TrialSettings:
    return TrialSettings(
        model=ModelSettings(width=4, latent=4, side=16, channels=1),
        train=TrainSettings(batch=8, lr_g=1e-3, lr_d=1e-3, epochs=8),
        prune=PruneSettings(method="regan", own=OWN),
    )


def _after(settings: TrialSettings, epochs: int) -> Training:
    training = training_of(settings)
    for _ in range(epochs):
        training.train_epoch(PIXELS)
    return training


def _weight(training: Training) -> Tensor:
    return training.generator.layers[0].weight.detach().clone()


def test_phases_take_turns_after_the_warm_up():
    own = ReganSettings(**OWN)
    assert [False, False, True, True, False, False, True, True] == [own.is_sparse(epoch) for epoch in range(8)]
    assert [1, 1, 1, 1, 0.1, 0.1, 1, 1] == [own.rate(epoch) for epoch in range(8)]


@pytest.mark.parametrize(("epochs", "gone"), [(2, 0), (3, 0.4), (4, 0.4), (5, 0), (7, 0.4)])
def test_in_a_sparse_phase_a_share_of_each_layer_but_the_output_is_zero(settings, epochs, gone):
    *hidden, output = sparsity(_after(settings, epochs).generator).layers.values()
    assert [gone] * len(hidden) == pytest.approx(hidden, abs=0.01)
    assert 0 == output


def test_the_smallest_go_and_only_they_regrow_from_zero(settings):
    before, sparse, dense = (_weight(_after(settings, epochs)) for epochs in (2, 3, 5))
    out = sparse == 0
    assert before[out].abs().max() <= before[~out].abs().min()
    assert 0 < dense[out].abs().max() < dense[~out].abs().max() / 10
    assert torch.equal(out, _weight(_after(settings, 4)) == 0)


def test_before_the_warm_up_is_over_it_is_a_dense_training_and_the_discriminator_is_let_be(settings):
    plain = settings.model_copy(update={"prune": PruneSettings()})
    regan, dense = _after(settings, 2), _after(plain, 2)
    assert all(torch.equal(tensor, regan.tensors()[name]) for name, tensor in dense.tensors().items())
    assert all(weight.all() for weight in _after(settings, 3).discriminator.parameters() if weight.dim() > 1)


@pytest.mark.parametrize(("epochs", "of", "beside"), [(2, 2, 2), (3, 3, 2), (4, 4, 2), (5, 4, 2), (6, 4, 2), (7, 7, 6)])
def test_judged_is_the_last_sparse_phase_against_the_dense_network_that_it_came_of(settings, epochs, of, beside):
    """Whatever phase training is in, or ends in."""
    candidate = METHODS["regan"].candidate(Run(settings, None, _after(settings, epochs)))
    sparse, dense = (_after(settings, each).dense_generator() for each in (of, beside))
    for found, expected in ((candidate.net, sparse), (candidate.reference, dense)):
        assert all(map(torch.equal, found.state_dict().values(), expected.state_dict().values()))


@pytest.mark.parametrize("epochs", [2, 3, 4, 8, 16, 30])
def test_asked_for_a_sparsity_it_has_it_when_training_ends_in_a_sparse_phase(settings, epochs):
    asked = METHODS["regan"].at(settings.with_train(epochs=epochs), 0.75)
    assert METHODS["regan"].refusal(asked) is None
    own = ReganSettings(**asked.prune.own)
    assert own.is_sparse(epochs - 1)
    assert not own.is_sparse(epochs) or epochs < own.warm_up + own.phase
    if epochs < 8:
        assert sparsity(_after(asked, epochs).generator).prunable == pytest.approx(0.75, abs=1e-3)


def test_it_can_not_be_asked_for_more_than_may_go_or_within_an_epoch(settings):
    assert METHODS["regan"].at(settings, 0.99) is None
    assert METHODS["regan"].at(settings.with_train(epochs=1), 0.75) is None


def test_a_schedule_that_does_not_fit_is_refused_in_a_line(settings):
    assert METHODS["regan"].refusal(settings) is None
    told = METHODS["regan"].refusal(settings.with_train(epochs=3))
    assert "warm_up 2 and phase 2 take more than the 3 epochs" in told
