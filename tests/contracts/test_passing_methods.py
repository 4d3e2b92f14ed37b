"""Every member of the shelf of pruning methods that acts while a GAN trains, on every model."""

import copy
from functools import cache
from itertools import pairwise

import pytest
import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from ganprune.candidate import Candidate
from ganprune.captured_round import CapturedRound
from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.methods import METHODS, training_of
from ganprune.metrics.cost import sparsity
from ganprune.models import MODELS, OWN_LOSSES
from ganprune.passing import PassingMethod
from ganprune.run import Run
from ganprune.train import Training

PASSING = [name for name, method in METHODS.items() if isinstance(method, PassingMethod)]
QUICK = {  # where its usual settings would do nothing within so few steps, or wait for a teacher
    "regan": {"warm_up": 1, "phase": 1},
    "gradual": {"warm_up": 1, "ramp": 3},
    "iterative": {"epochs_a_round": 2, "rewind_to": 1},
    "rggan": {"penalty": 1e-2, "every": 1},
    "sparse_training": {"density": 0.6, "period": 2, "until": 4, "balance": "relaxed"},
    "progressive": {"anneal": 2, "attention": 0},
}
EPOCHS = 6  # rggan's switch needs five scores
PIXELS = torch.randint(256, (16, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
LABELS = torch.arange(16) % 3


@pytest.fixture(autouse=True, scope="module")
def few_to_recalibrate_with():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ganprune.training_state.RECALIBRATION_PICTURES", 32)
        yield


every = pytest.mark.parametrize(("method", "model"), [(method, model) for method in PASSING for model in MODELS])
State = dict[str, Tensor]


def _settings(method: str, model: str) -> TrialSettings:
    own = METHODS[method].Settings(**QUICK.get(method, {})).model_dump()
    loss = OWN_LOSSES.get(model, "non-saturating")
    return TrialSettings(
        model=ModelSettings(name=model, width=4 if model == "dcgan" else 2, latent=4, side=16, channels=1, classes=3),
        train=TrainSettings(batch=4, loss=loss, d_steps=2, lr_g=1e-3, lr_d=1e-3, epochs=EPOCHS),
        prune=PruneSettings(method=method, own=own),
    )


def _distance(net: nn.Module, inputs: State) -> float:
    with torch.no_grad():
        return net(*inputs.values()).square().mean().item()


def _one_more_epoch(training: Training) -> State:
    """What it is stored as then."""
    source = PIXELS.flip(3) if training.gan.translates else None
    training.train_epoch(PIXELS, LABELS, source, distance=_distance)
    return {name: tensor.clone().contiguous() for name, tensor in training.tensors().items()}


@cache
def _straight(method: str, model: str) -> tuple[list[State], list[Candidate]]:
    """After each epoch, its state and what it has come to, of a training that never stops."""
    settings = _settings(method, model)
    training = training_of(settings)
    states, candidates = [], []
    for _ in range(EPOCHS):
        states.append(_one_more_epoch(training))
        candidates.append(METHODS[method].candidate(Run(settings, None, training)))
    return states, candidates


def _same(one: State, other: State) -> bool:
    return one.keys() == other.keys() and all(torch.equal(tensor, other[name]) for name, tensor in one.items())


@every
def test_stopped_after_an_epoch_it_goes_on_bit_for_bit_as_if_it_had_not(method, model):
    states, _ = _straight(method, model)
    for before, after in [*pairwise(states)][::2]:
        training = training_of(_settings(method, model))
        training.restore(load(save(before)))
        assert _same(after, _one_more_epoch(training))


@every
def test_while_it_says_that_it_is_idle_nothing_differs_from_a_training_without_it(method, model):
    settings, states = _settings(method, model), _straight(method, model)[0]
    dense = Training(settings.model, settings.train)
    for state in states[: training_of(settings).idle_epochs]:
        network = {name: tensor for name, tensor in state.items() if not name.startswith("hook_")}
        assert _same(network, _one_more_epoch(dense))


@every
def test_to_look_at_what_it_has_come_to_changes_nothing(method, model):
    """Nor does it draw from the global random state."""
    settings, states = _settings(method, model), _straight(method, model)[0]
    training = training_of(settings)
    training.restore(copy.deepcopy(states[-1]))
    drawn = torch.get_rng_state()
    METHODS[method].candidate(Run(settings, None, training))
    assert torch.equal(drawn, torch.get_rng_state())
    assert _same(states[-1], training.tensors())


@every
def test_what_it_comes_to_is_sparse_and_made_again_from_the_store(method, model):
    settings, (states, candidates) = _settings(method, model), _straight(method, model)
    assert 0 < sparsity(candidates[-1].net, candidates[-1].reference).prunable < 1
    for state, candidate in zip(states, candidates, strict=True):
        training = training_of(settings)
        training.restore(copy.deepcopy(state))
        again = METHODS[method].candidate(Run(settings, None, training))
        assert candidate.epoch == again.epoch == training.epoch
        assert _same(candidate.net.state_dict(), again.net.state_dict())
        assert _same(candidate.reference.state_dict(), again.reference.state_dict())


@every
def test_a_state_of_other_networks_is_refused(method, model):
    """So that whoever takes it from the store begins anew."""
    wide = _settings(method, model)
    training = training_of(wide.model_copy(update={"model": wide.model.model_copy(update={"width": 8})}))
    with pytest.raises((KeyError, RuntimeError)):
        training.restore(copy.deepcopy(_straight(method, model)[0][-1]))


@pytest.mark.gpu
@pytest.mark.parametrize("method", PASSING)
def test_on_a_gpu_its_steps_are_captured_and_are_those_that_a_host_tells(method, monkeypatch):
    """A mask at the edge may fall otherwise: sums round in another order."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    monkeypatch.setattr(torch.backends.cudnn, "deterministic", True)
    captured, told = (training_of(_settings(method, "dcgan"), "cuda") for _ in range(2))
    monkeypatch.setattr(told, "_captured", lambda pictures: None)
    for training in (captured, told):
        for _ in range(EPOCHS):
            training.train_epoch(PIXELS[:12].cuda(), LABELS[:12].cuda(), distance=_distance)  # the third step is alone
    assert isinstance(captured._round, CapturedRound)
    here, there = (training.generator.parameters() for training in (captured, told))
    apart = torch.cat([(one - other).abs().flatten() for one, other in zip(here, there, strict=True)])
    assert (apart > 1e-3).float().mean() < 0.02
