"""The losses of CycleGAN (Zhu et al. 2017, section 3.3 and 5.2): least squares, there and back again, and identity."""

from torch import Tensor, nn
from torch.nn.functional import l1_loss

from ganprune.losses import least_squares
from ganprune.losses.batch import Batch, Descend

CYCLE, IDENTITY = 10.0, 5.0  # weights of L1 distances


class CycleGan:
    def step(
        self, nets: dict[str, nn.Module], inputs: dict[str, Tensor], batch: Batch, descend: Descend, both: bool
    ) -> None:
        """Both generators' step, then both discriminators', who look at pictures of the pools."""
        there, back = nets["generator"], nets["generator_back"]
        a, b = inputs["source"], batch.pictures
        fake_b, fake_a = there(a), back(b)
        if both:
            fooling = _fooling(nets["discriminator"], fake_b) + _fooling(nets["discriminator_back"], fake_a)
            cycles = _l1(back(fake_b), a) + _l1(there(fake_a), b)
            same = _l1(there(b), b) + _l1(back(a), a)
            descend("g", fooling + CYCLE * cycles + IDENTITY * same, fake_b)
        telling_b = _telling(nets["discriminator"], b, nets["pool"](fake_b.detach()))
        telling_a = _telling(nets["discriminator_back"], a, nets["pool_back"](fake_a.detach()))
        descend("d", telling_b + telling_a, fake_b)


def _telling(discriminator: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """Real from drawn pictures; halved (ibid., appendix 7.1)."""
    return least_squares.discriminator_loss(discriminator(real).float(), discriminator(fake).float())


def _fooling(discriminator: nn.Module, fake: Tensor) -> Tensor:
    return least_squares.generator_loss(discriminator(fake).float())


def _l1(drawn: Tensor, wanted: Tensor) -> Tensor:
    return l1_loss(drawn.float(), wanted)
