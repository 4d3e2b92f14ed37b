"""Iterative pruning: what goes after each round, to where all is rewound, and which epochs give a point."""

import pytest
import torch
from torch import Tensor

from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.masking import maskable_share
from ganprune.methods import METHODS, training_of
from ganprune.methods.iterative import IterativeSettings, Rounds
from ganprune.metrics.cost import sparsity
from ganprune.run import Run
from ganprune.train import Training

PIXELS = torch.randint(256, (32, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def settings() -> TrialSettings:
    own = {"share": 0.5, "epochs_a_round": 2, "rewind_to": 0}
    return TrialSettings(
        model=ModelSettings(width=4, latent=4, side=16, channels=1),
        train=TrainSettings(batch=8, lr_g=1e-3, lr_d=1e-3, epochs=6),
        prune=PruneSettings(method="iterative", own=own),
    )


def _after(settings: TrialSettings, epochs: int) -> Training:
    training = training_of(settings)
    for _ in range(epochs):
        training.train_epoch(PIXELS)
    return training


def _rewound(settings: TrialSettings, epochs: int) -> Training:
    """As the next epoch begins."""
    training = _after(settings, epochs)
    training.hooks["iterative"].before_epoch(training, None)
    return training


def _parts(training: Training) -> dict[str, Tensor]:
    """Its state, but for what counts epochs and what belongs to the method."""
    return {name: each for name, each in training.tensors().items() if "." in name and not name.startswith("hook_")}


def test_after_each_round_the_same_share_of_what_is_left_goes(settings):
    assert [0, 0, 0.5, 0.5, 0.75, 0.75] == [IterativeSettings(**settings.prune.own).gone(epoch) for epoch in range(6)]
    training, found = training_of(settings), []
    for _ in range(6):
        training.train_epoch(PIXELS)
        candidate = METHODS["iterative"].candidate(Run(settings, None, training))
        found.append(sparsity(candidate.net, candidate.reference).prunable)
    may_go = maskable_share(settings.model, spare_output=True)
    assert [share * may_go for share in (0, 0, 0.5, 0.5, 0.75, 0.75)] == pytest.approx(found, abs=1e-3)


@pytest.mark.parametrize("early", [0, 1])
@pytest.mark.parametrize("rounds", [1, 2])
def test_what_is_left_begins_anew_from_where_all_was_early_on(settings, early, rounds):
    """Averaged weights, discriminator, both optimisers and the number of steps as well; epochs go on."""
    settings = settings.with_own(rewind_to=early)
    training, then = _rewound(settings, 2 * rounds), _after(settings, early)
    masks = training.hooks["iterative"].masks["generator"]
    assert (2 * rounds, then.step) == (training.epoch, training.step)
    gone = 0
    for name, before in _parts(then).items():
        now, mask = _parts(training)[name], masks.get(name.partition(".")[2])
        if mask is None and name.startswith("optimiser_g"):
            assert ((now == before) | (now == 0)).all()
            continue
        mask = torch.ones_like(before, dtype=torch.bool) if mask is None or name.startswith("disc") else mask
        assert torch.equal(before.masked_fill(~mask, 0), now)
        gone += (~mask).sum()
    assert gone > 0


def test_rewound_nowhere_it_goes_on_with_what_it_has_learnt(settings):
    settings = settings.with_own(rewind_to="nowhere")
    before, after = _after(settings, 2), _rewound(settings, 2)
    assert (before.step, before.epoch) == (after.step, after.epoch)
    for name, mask in after.hooks["iterative"].masks["generator"].items():
        old, new = (training.generator.get_parameter(name) for training in (before, after))
        assert torch.equal(old.masked_fill(~mask, 0), new)
        assert old[~mask].abs().max() <= old[mask].abs().min() or len(mask) == 0
    assert all(map(torch.equal, before.discriminator.parameters(), after.discriminator.parameters()))
    assert "early" not in str(list(after.tensors()))


def test_if_it_were_not_rewound_it_would_be_told(settings, monkeypatch):
    """So the tests above can fail."""
    monkeypatch.setattr(Rounds, "_rewind", lambda hook, training: None)
    with pytest.raises(AssertionError):
        test_what_is_left_begins_anew_from_where_all_was_early_on(settings, 0, 1)


def test_rounds_see_other_pictures_and_latents_in_another_order(settings):
    """From the same weights, nothing gone, a second round is another training."""
    once, twice = (_after(settings.with_own(share=1e-9), epochs) for epochs in (2, 4))
    assert once.step == twice.step
    assert not torch.equal(once.generator.layers[0].weight, twice.generator.layers[0].weight)


def test_the_end_of_every_round_gives_a_point(settings):
    run = Run(settings, None, training_of(settings))
    assert [2, 4, 6] == list(METHODS["iterative"].points(run))


@pytest.mark.parametrize(("epochs", "rounds"), [(2, 2), (4, 4), (6, 3), (7, 7), (8, 4), (25, 5)])
def test_asked_for_a_sparsity_it_ends_with_it(settings, epochs, rounds):
    asked = METHODS["iterative"].at(settings.with_train(epochs=epochs), 0.75)
    own = IterativeSettings(**asked.prune.own)
    assert epochs == rounds * own.epochs_a_round
    if epochs < 8:
        net = METHODS["iterative"].candidate(Run(asked, None, _after(asked, epochs))).net
        assert sparsity(net).prunable == pytest.approx(0.75, abs=2e-3)


def test_it_can_not_be_asked_for_more_than_may_go_or_within_an_epoch(settings):
    assert METHODS["iterative"].at(settings, 0.9999) is None
    assert METHODS["iterative"].at(settings.with_train(epochs=1), 0.75) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"epochs_a_round": 4}, "6 epochs are not two or more rounds of 4"),
        ({"epochs_a_round": 6}, "6 epochs are not two or more rounds of 6"),
        ({"rewind_to": 2}, "rewind_to 2 is not before the end of a round, 2"),
        ({"share": 0.9999}, "it leaves 0 to 2 layers"),
    ],
)
def test_rounds_that_do_not_fit_are_refused_in_a_line(settings, changes, told):
    assert METHODS["iterative"].refusal(settings) is None
    assert told in METHODS["iterative"].refusal(settings.with_own(**changes))
