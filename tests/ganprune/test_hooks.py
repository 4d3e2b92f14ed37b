"""When a hook is asked, and what it finds there."""

import pytest
import torch
from torch import Tensor

from ganprune.config import ModelSettings, TrainSettings
from ganprune.hooks import Distance, TrainingHook
from ganprune.losses import Batch
from ganprune.train import Training

MODEL = ModelSettings(width=4, latent=4, side=16, channels=1)
PIXELS = torch.randint(256, (80, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


class Told(TrainingHook):
    """Writes down every moment, with the step it came in."""

    def __init__(self, pause: int | None = None):
        self.pause, self.moments = pause, []

    def begin(self, training: Training) -> None:
        self.moments.append(("begin", training.step))

    def before_epoch(self, training: Training, distance: Distance | None) -> None:
        self.moments.append((f"epoch {training.epoch}", training.step))

    def before_descent(self, side: str, training: Training) -> None:
        self.moments.append((f"before {side}", training.step))
        self.before = _weight(training, side).detach().clone()
        self.gradient = _weight(training, side).grad.abs().max().item()

    def after_descent(self, side: str, training: Training) -> None:
        self.moments.append((f"after {side}", training.step))
        self.moved = not torch.equal(self.before, _weight(training, side))

    def after_step(self, training: Training) -> None:
        self.moments.append(("step", training.step))

    def at_pause(self, training: Training, batch: Batch) -> None:
        self.moments.append(("pause", training.step))
        assert batch.pictures.shape == (8, 1, 16, 16)


def _weight(training: Training, side: str) -> Tensor:
    return next(training.gan.nets[{"g": "generator", "d": "discriminator"}[side]].parameters())


def _trained(hook: TrainingHook, pictures: int = 80, epochs: int = 1) -> Training:
    training = Training(MODEL, TrainSettings(batch=8, d_steps=2, lr_g=1e-3), hooks={"hook": hook})
    for _ in range(epochs):
        training.train_epoch(PIXELS[:pictures])
    return training


def test_it_is_asked_in_this_order():
    """Of two steps, the generator's turn is the second."""
    hook = Told()
    _trained(hook, pictures=16)
    first = [("before d", 1), ("after d", 1), ("step", 1)]
    second = [("before d", 2), ("after d", 2), ("before g", 2), ("after g", 2), ("step", 2)]
    assert [("begin", 0), ("epoch 0", 0), *first, *second] == hook.moments


def test_before_a_descent_there_are_gradients_and_after_it_weights_have_moved():
    hook = Told()
    _trained(hook)
    assert hook.gradient > 0
    assert hook.moved


def test_a_gradient_that_it_masks_moves_nothing():
    class Still(TrainingHook):
        def before_descent(self, side: str, training: Training) -> None:
            if side == "g":
                _weight(training, side).grad.zero_()

    begun, still, free = Training(MODEL, TrainSettings()), _trained(Still()), _trained(Told())
    assert torch.equal(_weight(begun, "g"), _weight(still, "g"))
    assert not torch.equal(_weight(begun, "g"), _weight(free, "g"))


@pytest.mark.parametrize("pause", [1, 4, 7, 50])
def test_pauses_come_every_so_many_steps_whatever_an_epoch_has(pause):
    """An epoch has ten."""
    hook = Told(pause)
    training = _trained(hook, epochs=3)
    paused = [step for moment, step in hook.moments if moment == "pause"]
    assert list(range(pause, 31, pause)) == paused
    plain = _trained(Told(), epochs=3)
    assert all(torch.equal(tensor, training.tensors()[name]) for name, tensor in plain.tensors().items())
