"""The hinge loss (Lim and Ye 2017; Miyato et al. 2018, eqs. 16 and 17)."""

from torch import Tensor
from torch.nn.functional import relu


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Logits (n,) of real pictures are to lie above 1, those of generated ones below -1."""
    return relu(1 - real).mean() + relu(1 + fake).mean()


def generator_loss(fake: Tensor) -> Tensor:
    """The mean logit (n,) of generated pictures, to be large."""
    return -fake.mean()
