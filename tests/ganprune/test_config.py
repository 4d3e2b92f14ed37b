"""The settings of a trial: the papers' by default, checked where they enter, and frozen."""

import json

import pytest
from pydantic import ValidationError

from ganprune.config import TARGET_SPARSITIES, ModelSettings, PruneSettings, TrainSettings, TrialSettings


def test_the_defaults_are_those_of_paper_1_for_cifar10():
    """methods.md 1.1; batch, latent size and width, on which it is silent, are the DCGAN tutorial's."""
    train, model, prune = TrainSettings(), ModelSettings(), PruneSettings()
    assert (2e-4, 3e-4, 30, 128) == (train.lr_d, train.lr_g, train.epochs, train.batch)
    assert (0.5, 0.999) == (train.beta1, train.beta2)
    assert (100, 64, 32, 3) == (model.latent, model.width, model.side, model.channels)
    assert ("percentage", {"threshold": 50}, False) == (prune.method, prune.own, prune.recovers)


def test_mending_is_on_and_the_output_layer_is_spared_unless_a_setting_says_otherwise():
    assert PruneSettings().recalibrate
    assert PruneSettings().spare_output
    assert not PruneSettings().discriminator


def test_the_shared_targets_are_the_protocols():
    assert (0, 0.5, 0.75, 0.875, 0.9375, 0.97, 0.985) == TARGET_SPARSITIES == PruneSettings().targets


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        (TrainSettings, {"lr_g": 0}),
        (TrainSettings, {"lr_d": -1e-4}),
        (TrainSettings, {"lr_g": "fast"}),
        (TrainSettings, {"epochs": 0}),
        (TrainSettings, {"epochs": 2.5}),
        (TrainSettings, {"batch": 0}),
        (TrainSettings, {"epoch_images": 0}),
        (TrainSettings, {"beta1": 1}),
        (TrainSettings, {"augment": "colour"}),
        (TrainSettings, {"data_share": 0}),
        (TrainSettings, {"data_share": 1.1}),
        (TrainSettings, {"learning_rate": 1e-3}),
        (ModelSettings, {"width": 0}),
        (ModelSettings, {"latent": -1}),
        (PruneSettings, {"recovery_steps": -1}),
        (PruneSettings, {"recovery_rate": 0}),
    ],
)
def test_nonsense_is_refused_where_it_enters(part, wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        part(**wrong)


def test_an_epoch_shows_at_least_a_batch():
    with pytest.raises(ValidationError, match="epoch_images"):
        TrainSettings(epoch_images=10, batch=64)


def test_settings_cannot_be_changed_once_checked():
    with pytest.raises(ValidationError, match="frozen"):
        TrainSettings().lr_g = 1.0


def test_settings_survive_a_record_unchanged():
    settings = TrialSettings(
        train=TrainSettings(lr_g=1 / 3e3, epoch_images=25_000), prune=PruneSettings(targets=(0.1,))
    )
    assert settings == TrialSettings(**json.loads(json.dumps(settings.model_dump())))
