"""The losses of Pix2Pix (Isola et al. 2017, eq. 4): the game on pairs of source and picture, and L1 to the true one."""

from torch import Tensor, nn
from torch.nn.functional import l1_loss

from ganprune.losses import non_saturating
from ganprune.losses.batch import Batch, Descend

TRUTH = 100.0  # weight of the L1 distance


class Pix2Pix:
    def step(
        self, nets: dict[str, nn.Module], inputs: dict[str, Tensor], batch: Batch, descend: Descend, both: bool
    ) -> None:
        """The discriminator's step, its loss halved (ibid., appendix 6.2), then the generator's."""
        (source,) = inputs.values()

        def judged(pictures: Tensor) -> Tensor:
            return nets["discriminator"](pictures, source).float()  # of any precision, losses are not

        fake = nets["generator"](source)
        telling = non_saturating.discriminator_loss(judged(batch.pictures), judged(fake.detach()))
        descend("d", telling / 2, fake)
        if both:
            fooling = non_saturating.generator_loss(judged(fake))
            descend("g", fooling + TRUTH * l1_loss(fake.float(), batch.pictures), fake)
