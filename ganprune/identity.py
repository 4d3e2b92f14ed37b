"""What a training is: one name for it in the store, on rungs, among siblings, when it is confirmed, in a replay."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ganprune.config import ModelSettings, TrainSettings
from ganprune.settings import Settings

if TYPE_CHECKING:
    from ganprune.hooks import TrainingHook

TRAINING_VERSION = 1  # raise it whenever the same settings would train another network: the store then starts afresh
# Settings that came when there were trainings: these must keep their keys.
LATER = ("classes", "blocks", "loss", "d_steps", "precision", "augment", "data_share")


@dataclass(frozen=True)
class Origin:
    """What a training sees and where it runs: no two of them round alike."""

    data: str  # fingerprint of the pictures
    device: str  # its kind
    torch: str  # version


def here(data: str, device: str) -> Origin:
    """Of what is trained on such a device of this machine."""
    import torch  # here, because a report does without it

    return Origin(data, torch.device(device).type, torch.__version__)


ANYWHERE = Origin(data="", device="", torch="")  # of who must not tell machines apart; a study has the same pictures


@dataclass(frozen=True)
class Identity:
    """All that decides the weights after any number of epochs; the number itself plays no part."""

    model: ModelSettings
    train: TrainSettings
    hooks: str  # JSON: by name, what decides how each acts
    origin: Origin
    version: int

    @property
    def of_any_seed(self) -> "Identity":
        """The same for all who differ in luck alone."""
        return replace(self, train=self.train.model_copy(update={"seed": 0}))

    @property
    def key(self) -> dict[str, Any]:
        """What the store finds it by."""
        key = {
            "data": self.origin.data,
            "model": _told(self.model),
            "train": _told(self.train),
            "training": self.version,
            "device": self.origin.device,
            "torch": self.origin.torch,
        }
        hooks = json.loads(self.hooks)
        return key | ({"hooks": hooks} if hooks else {})


def identify(
    model: ModelSettings,
    train: TrainSettings,
    hooks: "Mapping[str, TrainingHook]" = MappingProxyType({}),
    origin: Origin = ANYWHERE,
) -> Identity:
    """The training of these settings with what acts in it."""
    acting = json.dumps({name: hook.key() for name, hook in hooks.items()}, sort_keys=True)
    return Identity(model, train.model_copy(update={"epochs": 1}), acting, origin, TRAINING_VERSION)


def _told(settings: Settings) -> dict[str, Any]:
    """By name; of those that came later only what is not as it was before them."""
    usual = {name: field.default for name, field in type(settings).model_fields.items() if name in LATER}
    told = settings.model_dump(exclude={"epochs"})
    return {name: value for name, value in told.items() if name not in usual or value != usual[name]}
