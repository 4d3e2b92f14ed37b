"""The loss of the first GANs (Goodfellow et al. 2014), and of DCGAN."""

from torch import Tensor
from torch.nn.functional import softplus


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Binary cross-entropy on logits (n,) of real and generated pictures (Goodfellow et al. 2014, eq. 1)."""
    return softplus(-real).mean() + softplus(fake).mean()


def generator_loss(fake: Tensor) -> Tensor:
    """The non-saturating loss on logits (n,) of generated pictures (Goodfellow et al. 2014, section 3)."""
    return softplus(-fake).mean()
