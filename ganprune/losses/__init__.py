"""The shelf of losses: what the networks of a GAN minimise, and one step towards it.

A member has `step(nets, inputs, batch, descend, both)`: it lets the networks, by the names of the model, draw and
judge, and hands what each side minimises to `descend`, once each. `inputs` are the generator's, by name; where `both`
is false it is the turn of the discriminator alone.
A new member is a new file and a line here; `tests/contracts/test_losses.py` covers it at once.
"""

from typing import Protocol

from torch import Tensor, nn

from ganprune.losses import cyclegan, hinge, non_saturating, pix2pix
from ganprune.losses.adversarial import Adversarial
from ganprune.losses.batch import Batch, Descend


class Loss(Protocol):
    def step(
        self, nets: dict[str, nn.Module], inputs: dict[str, Tensor], batch: Batch, descend: Descend, both: bool
    ) -> None: ...


LOSSES: dict[str, Loss] = {
    "non-saturating": Adversarial(non_saturating.discriminator_loss, non_saturating.generator_loss),
    "hinge": Adversarial(hinge.discriminator_loss, hinge.generator_loss),
    "pix2pix": pix2pix.Pix2Pix(),
    "cyclegan": cyclegan.CycleGan(),
}

__all__ = ["LOSSES", "Batch", "Descend", "Loss"]
