"""One name for a training: everything that decides its weights is in it, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from ganprune.config import ModelSettings, TrainSettings
from ganprune.hooks import TrainingHook
from ganprune.identity import Identity, Origin, identify
from ganprune.store import Entry

HERE = Origin("abc", "cpu", "2.13.0+cpu")
CHANGES = {
    TrainSettings: {"lr_g": 1e-5, "lr_d": 1e-5, "epoch_images": 999, "batch": 7, "beta1": 0.1, "beta2": 0.9, "seed": 5}
    | {"loss": "hinge", "d_steps": 5, "precision": "bf16", "augment": "diffaugment", "data_share": 0.5},
    ModelSettings: {"name": "other", "width": 7, "latent": 7, "side": 16, "channels": 1, "classes": 10, "blocks": 3},
}
OLD = ModelSettings(width=16, latent=64, side=16, channels=1), TrainSettings(lr_g=1e-3, lr_d=5e-4, batch=64, seed=7)
OLD_FOLDER = "8b6074823d22a50d"


class Acts(TrainingHook):
    def __init__(self, version: int = 1):
        self.version = version

    def key(self) -> dict:
        return {"version": self.version}


def _folder(made: Identity) -> str:
    return Entry(Path(), made.key).folder.name


@pytest.mark.parametrize(
    ("part", "change"), [(part, {name: value}) for part, all_of in CHANGES.items() for name, value in all_of.items()]
)
def test_every_setting_of_training_and_model_makes_another_entry(part, change):
    model = ModelSettings(**change) if part is ModelSettings else ModelSettings()
    train = TrainSettings(**change) if part is TrainSettings else TrainSettings()
    usual, other = identify(ModelSettings(), TrainSettings()), identify(model, train)
    assert usual != other
    assert _folder(usual) != _folder(other)


def test_no_setting_is_forgotten_above_and_epochs_make_no_other_training():
    for part, change in CHANGES.items():
        assert set(part.model_fields) - {"epochs"} == set(change)
    one, other = (identify(ModelSettings(), TrainSettings(epochs=epochs)) for epochs in (10, 20))
    assert one == other
    assert one.key == other.key


def test_what_was_trained_before_there_were_other_losses_and_classes_keeps_its_key():
    """Whole, with the very folder of such a training."""
    made = identify(*OLD, origin=HERE)
    assert {
        "data": "abc",
        "model": {"name": "dcgan", "width": 16, "latent": 64, "side": 16, "channels": 1},
        "train": {
            **{"lr_g": 1e-3, "lr_d": 5e-4, "batch": 64, "epoch_images": None},
            **{"beta1": 0.5, "beta2": 0.999, "seed": 7},
        },
        "training": 1,
        "device": "cpu",
        "torch": "2.13.0+cpu",
    } == made.key
    assert OLD_FOLDER == _folder(made)


def test_what_acts_in_a_training_makes_another():
    made = [identify(*OLD, hooks) for hooks in ({}, {"acts": Acts()}, {"acts": Acts(2)}, {"other": Acts()})]
    assert 4 == len(set(made)) == len({_folder(each) for each in made})
    assert {"acts": {"version": 1}} == made[1].key["hooks"]
    with pytest.raises(NotImplementedError, match="TrainingHook does not say"):
        identify(*OLD, {"acts": TrainingHook()})


def test_other_pictures_another_machine_and_another_training_code_make_others():
    made = identify(*OLD, origin=HERE)
    places = [replace(HERE, data="xyz"), replace(HERE, device="cuda"), replace(HERE, torch="2.14.0+cpu")]
    others = [replace(made, origin=place) for place in places] + [replace(made, version=99)]
    assert 5 == len({made, *others}) == len({_folder(each) for each in (made, *others)})


def test_who_must_not_tell_seeds_apart_does_not_and_tells_all_else():
    model, train = OLD
    lucky, other = (identify(model, train.model_copy(update={"seed": seed}), {"acts": Acts()}) for seed in (7, 8))
    assert lucky != other
    assert lucky.of_any_seed == other.of_any_seed
    assert lucky.of_any_seed != identify(*OLD).of_any_seed
