"""What may act while a GAN trains: add to its losses, change it after a step or an epoch, and be stored with it."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from torch import Tensor

if TYPE_CHECKING:
    from ganprune.train import Training


class TrainingHook:
    """Does nothing; a hook overrides what it needs.

    What acts while a stored training goes on must obey its rule: any prefix is the run that stops there.
    """

    def key(self) -> dict[str, Any]:
        """What decides how it acts, so that trainings that differ in it are not taken for one: settings and version."""
        raise NotImplementedError(f"{type(self).__name__} does not say what decides how it acts: give it key()")

    def captured_as(self) -> Hashable | None:
        """What a step with this hook does now, where it runs on the device alone and may be captured as a CUDA graph.

        A step is captured anew once this differs. None, always right: the step asks the host what to do, or changes
        what `tensors` does not tell.
        """
        return None

    def loss(self, side: str, inputs: dict[str, Tensor], drawn: Tensor | None) -> Tensor | None:
        """What a side ("g", "d") descends besides its own loss; `drawn`: what the generator drew of these inputs."""

    def after_step(self, training: "Training") -> None: ...

    def after_epoch(self, training: "Training") -> None: ...

    def tensors(self) -> dict[str, Tensor]:
        """Its state as flat tensors, stored beside the networks'."""
        return {}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
