"""The least-squares loss (Mao et al. 2017, eq. 9): logits of real pictures are to be 1, those of generated ones 0."""

from torch import Tensor


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Squares of how far logits of real and of generated pictures are off, halved."""
    return ((real - 1).square().mean() + fake.square().mean()) / 2


def generator_loss(fake: Tensor) -> Tensor:
    """Not halved, as CycleGAN has it."""
    return (fake - 1).square().mean()
