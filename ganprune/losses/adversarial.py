"""A game of two: one generator against one discriminator, each with its own loss of the logits."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from ganprune.losses.batch import Batch, Descend


@dataclass(frozen=True)
class Adversarial:
    discriminator_loss: Callable[[Tensor, Tensor], Tensor]  # of logits (n,) of real and of generated pictures
    generator_loss: Callable[[Tensor], Tensor]  # of logits (n,) of generated pictures

    def step(
        self, nets: dict[str, nn.Module], inputs: dict[str, Tensor], batch: Batch, descend: Descend, both: bool
    ) -> None:
        """The discriminator's step, then, unless it is its turn alone, the generator's on the same drawn pictures."""

        def judged(pictures: Tensor) -> Tensor:
            logits = nets["discriminator"](pictures, *(() if batch.labels is None else (batch.labels,)))
            return logits.float()  # of any precision, losses are not

        fake = nets["generator"](*inputs.values())
        descend("d", self.discriminator_loss(judged(batch.pictures), judged(fake.detach())), fake)
        if both:
            descend("g", self.generator_loss(judged(fake)), fake)
