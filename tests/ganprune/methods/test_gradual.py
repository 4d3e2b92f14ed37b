"""Gradual pruning: its schedule, where it is on it, and which epochs give a point."""

import pytest
import torch

from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.methods import METHODS, training_of
from ganprune.methods.gradual import GradualSettings
from ganprune.metrics.cost import sparsity
from ganprune.run import Run

PIXELS = torch.randint(256, (32, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def settings() -> TrialSettings:
    own = {"sparsity": 0.9, "warm_up": 2, "ramp": 4, "scope": "layer"}
    return TrialSettings(
        model=ModelSettings(width=4, latent=4, side=16, channels=1),
        train=TrainSettings(batch=8, lr_g=1e-3, lr_d=1e-3, epochs=8),
        prune=PruneSettings(method="gradual", own=own),
    )


def test_the_schedule_is_that_of_the_paper():
    """s_t = s_f + (s_i - s_f) (1 - (t - t_0) / (n Δt))³ with s_i = 0, before each of the epochs of its ramp."""
    own = GradualSettings(sparsity=0.8, warm_up=3, ramp=5)
    expected = [0.8 - 0.8 * (1 - step / 5) ** 3 for step in range(1, 6)]
    assert [0, 0, 0] == [own.held(epoch) for epoch in range(3)]
    assert pytest.approx(expected) == [own.held(epoch) for epoch in range(3, 8)]
    assert 0.8 == own.held(7) == own.held(50)


@pytest.mark.parametrize("scope", ["layer", "global"])
def test_after_every_epoch_the_generator_is_as_sparse_as_its_schedule_says(settings, scope):
    settings = settings.with_own(scope=scope)
    training, own = training_of(settings), GradualSettings(**settings.prune.own)
    for epoch in range(8):
        training.train_epoch(PIXELS)
        candidate = METHODS["gradual"].candidate(Run(settings, None, training))
        assert own.held(epoch) == pytest.approx(sparsity(candidate.net, candidate.reference).prunable, abs=2e-3)
        *hidden, output = sparsity(training.generator).layers.values()
        assert 0 == output
        assert (epoch < 2) == (not any(hidden))


def test_it_is_held_against_what_it_was_before_the_first_weight_went(settings):
    training = training_of(settings)
    for _ in range(2):
        training.train_epoch(PIXELS)
    dense = training.dense_generator()
    at_first = METHODS["gradual"].candidate(Run(settings, None, training))
    assert at_first.net is at_first.reference
    for _ in range(3):
        training.train_epoch(PIXELS)
    run = Run(settings, None, training)
    one, other = (METHODS["gradual"].candidate(run) for _ in range(2))
    assert one.reference is other.reference  # which is scored once
    assert all(map(torch.equal, dense.state_dict().values(), one.reference.state_dict().values()))


@pytest.mark.parametrize(
    ("sparsity", "epochs"), [(0.9, {2, 3, 4, 5, 6}), (0.6, {2, 4, 6}), (0.985, {2, 3, 4, 5, 6}), (0.4, {2, 6})]
)
def test_points_are_dense_at_each_shared_sparsity_and_at_the_end(settings, sparsity, epochs):
    """On a ramp of four: 0.58, 0.88, 0.98 and all of what is to go."""
    settings = settings.with_own(sparsity=sparsity)
    found = METHODS["gradual"].points(Run(settings, None, training_of(settings)))
    own = GradualSettings(**settings.prune.own)
    reached = {min(e for e in range(3, 7) if own.held(e - 1) >= t) for t in (0.5, 0.75, 0.875) if t < sparsity}
    assert {2, 6} | reached == found == epochs


@pytest.mark.parametrize("epochs", [2, 3, 4, 7, 16])
def test_asked_for_a_sparsity_it_ends_with_it(settings, epochs):
    asked = METHODS["gradual"].at(settings.with_train(epochs=epochs), 0.75)
    assert 0.75 == GradualSettings(**asked.prune.own).held(epochs - 1)
    assert METHODS["gradual"].at(settings.with_train(epochs=1), 0.75) is None
    assert METHODS["gradual"].at(settings, 0.9999) is None


def test_a_schedule_longer_than_the_training_and_too_much_are_refused_in_a_line(settings):
    assert METHODS["gradual"].refusal(settings.with_train(epochs=6)) is None
    assert "warm_up 2 and ramp 4 take more than the 5 epochs" in METHODS["gradual"].refusal(
        settings.with_train(epochs=5)
    )
    assert "it leaves 0 to 2 layers" in METHODS["gradual"].refusal(settings.with_own(sparsity=0.9999))
