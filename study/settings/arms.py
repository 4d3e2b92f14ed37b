"""How each method is set where methods are compared: the one place that says what it is given at a sparsity.

All get the training that the space says, untuned, and every point the same number of pictures in all: a method that
cuts a trained network spends a quarter of them on fine-tuning, one that owns its training has them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from ganprune.config import ModelSettings, TrialSettings
from ganprune.errors import UserError
from ganprune.methods import METHODS
from ganprune.models import build
from ganprune.prunable import prunable
from study.records.listed import Listed

DENSE, SMALL = "dense", "trained small"
RECOVERED = 0.25  # of a point's pictures
RATE = 1.0  # of the fine-tuning, times the learning rates of training
EASY = 0.5  # of the weights: whatever can be asked for a share can be asked for this one


@dataclass(frozen=True)
class Arm:
    """One setting of a comparison; it is run from several seeds."""

    name: str
    settings: TrialSettings
    asked: float | None = None  # the share of the weights that it is to lose; None: it can't be asked for one

    def listed(self, seed: int) -> Listed:
        return Listed({"arm": self.name, "asked": self.asked, "seed": seed}, self.settings.with_train(seed=seed))


def method_arms(whole: TrialSettings, method: str, shares: Iterable[float], pictures: int) -> list[Arm]:
    """An arm a share, or one for all where the method can't be asked. `whole`: the training of a dense network.

    UserError where it can be asked, but not for all of these.
    """
    member = METHODS[method]
    given = whole.with_prune(method=method, own=member.Settings().model_dump())
    given = given if member.owns_training else fine_tuned(given, pictures)
    if member.at(given, EASY) is None:
        return [Arm(method, given)]
    asked = {share: member.at(given, share) for share in shares}
    if lost := [f"{100 * share:g}" for share, settings in asked.items() if settings is None]:
        raise UserError(
            f"TARGETS={','.join(lost)}: {method} can't take so much from this network and leave every layer some;"
            f" give less, or METHODS without {method}"
        )
    return [Arm(method, settings, share) for share, settings in asked.items()]


def dense_arm(whole: TrialSettings, name: str = DENSE, asked: float | None = None) -> Arm:
    """Nothing is pruned."""
    return Arm(name, whole.with_prune(method="magnitude", own={}, targets=(0.0,), recovery_steps=0), asked)


def small_arm(whole: TrialSettings, share: float) -> Arm:
    """A dense network, so narrow that this share of the weights is not there, trained small from the start."""
    wanted = (1 - share) * weights(whole.model)
    narrow = (whole.model.model_copy(update={"width": width}) for width in range(1, whole.model.width + 1))
    model = min(narrow, key=lambda model: abs(log(weights(model) / wanted)))
    return dense_arm(whole.model_copy(update={"model": model}), SMALL, share)


def weights(model: ModelSettings) -> int:
    """Prunable ones of its generator."""
    return sum(weight.numel() for weight in prunable(build(model).generator).values())


def fine_tuned(whole: TrialSettings, pictures: int) -> TrialSettings:
    """A quarter of the pictures left for fine-tuning, whatever is cut before it."""
    epochs = whole.train.epochs
    if epochs < 2:
        raise UserError(
            f"EPOCHS={epochs}: a method that cuts a trained network needs some to fine-tune it; give 2 or more"
        )
    last = max(1, round(RECOVERED * epochs))
    recovery = {"recovery": "finetune", "recovery_rate": RATE, "recovery_along": False}
    steps = last * whole.train.epoch_steps(pictures)
    return whole.with_train(epochs=epochs - last).with_prune(recovery_steps=steps, **recovery)
