"""What may act while a GAN trains: add to its losses, see its gradients, change its weights, and be stored with it."""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from ganprune.losses.batch import Batch

if TYPE_CHECKING:
    from ganprune.train import Training

# From pictures to train on, to what a generator draws of such inputs: lower is better.
Distance = Callable[[nn.Module, dict[str, Tensor]], float]


class TrainingHook:
    """Does nothing; a hook overrides what it needs.

    What acts while a stored training goes on must obey its rule: any prefix is the run that stops there.
    """

    idle_epochs: int = 0  # so many from the first on leave all as it is without this hook, bit for bit
    pause: int | None = None  # steps from one pause to the next, at which the host may be asked; None: none is wanted

    def key(self) -> dict[str, Any]:
        """What decides how it acts, so that trainings that differ in it are not taken for one: settings and version."""
        raise NotImplementedError(f"{type(self).__name__} does not say what decides how it acts: give it key()")

    def captured_as(self) -> Hashable | None:
        """What a step with this hook does now, where it runs on the device alone and may be captured as a CUDA graph.

        A step is captured anew once this differs. None, always right: the step asks the host what to do, or changes
        what `tensors` does not tell. Pauses are no part of a step: there, tensors that it reads are changed in place.
        """
        return None

    def begin(self, training: "Training") -> None:
        """Before the first step, or before `restore`: the networks are there, as they begin."""

    def before_epoch(self, training: "Training", distance: Distance | None) -> None:
        """`distance` is None where nobody measures one: in trainings that no trial makes."""

    def loss(self, side: str, inputs: dict[str, Tensor], drawn: Tensor | None) -> Tensor | None:
        """What a side ("g", "d") descends besides its own loss; `drawn`: what the generator drew of these inputs."""

    def before_descent(self, side: str, training: "Training") -> None:
        """The weights of this side have their gradients, and have not moved."""

    def after_descent(self, side: str, training: "Training") -> None:
        """They have moved; the averaged ones have not followed."""

    def after_step(self, training: "Training") -> None: ...

    def at_pause(self, training: "Training", batch: Batch) -> None:
        """Between two steps, of which the one that was made looked at this batch; its gradients are still there."""

    def tensors(self) -> dict[str, Tensor]:
        """Its state as flat tensors, stored beside the networks'."""
        return {}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
