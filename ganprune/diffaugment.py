"""DiffAugment (Zhao et al. 2020), for training with few pictures: the discriminator sees none as it is.

Real and drawn pictures are changed alike, at random and by what gradients pass through; all of colour, translation and
cutout, as the paper does with CIFAR-10. No number is looked at on the way, so that a step may be captured.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

SHIFT, HOLE = 1 / 8, 1 / 2  # of the side


class Augmented(nn.Module):
    """A discriminator that judges pictures changed anew at every look."""

    def __init__(self, discriminator: nn.Module, random: torch.Generator):
        super().__init__()
        self.discriminator, self._random = discriminator, random

    def forward(self, pictures: Tensor, *labels: Tensor) -> Tensor:
        return self.discriminator(augment(pictures, self._random), *labels)


def augment(pictures: Tensor, random: torch.Generator) -> Tensor:
    """(n, channels, side, side) in [-1, 1], each changed by its own numbers."""
    return cutout(translation(colour(pictures, random), random), random)


def colour(pictures: Tensor, random: torch.Generator) -> Tensor:
    """Brightness by up to a half, saturation and contrast up to double and by half."""
    brighter, purer, starker = torch.rand(3, len(pictures), 1, 1, 1, generator=random, device=pictures.device)
    pictures = pictures + (brighter - 0.5)
    pictures = _away_from(pictures.mean(dim=1, keepdim=True), pictures, 2 * purer)
    return _away_from(pictures.mean(dim=(1, 2, 3), keepdim=True), pictures, starker + 0.5)


def _away_from(mean: Tensor, pictures: Tensor, times: Tensor) -> Tensor:
    return mean + (pictures - mean) * times


def translation(pictures: Tensor, random: torch.Generator) -> Tensor:
    """Moved by up to an eighth, with nothing where pictures end."""
    n, channels, side, _ = pictures.shape
    most = round(SHIFT * side)
    padded = pad(pictures, (most,) * 4)
    rows, columns = _places(n, 2 * most + 1, random) + torch.arange(side, device=pictures.device)
    moved = padded.gather(2, rows[:, None, :, None].expand(-1, channels, -1, side + 2 * most))
    return moved.gather(3, columns[:, None, None, :].expand(-1, channels, side, -1))


def cutout(pictures: Tensor, random: torch.Generator) -> Tensor:
    """A square of half the side is grey; where it lies over the edge, less."""
    side = pictures.shape[-1]
    hole = round(HOLE * side)
    ends, at = _places(len(pictures), side + 1, random) + hole // 2, torch.arange(side, device=pictures.device)
    rows, columns = (at < ends) & (at >= ends - hole)
    return pictures.masked_fill((rows[:, :, None] & columns[:, None, :])[:, None], 0)


def _places(n: int, below: int, random: torch.Generator) -> Tensor:
    """(2, n, 1): a row and a column of each picture's own."""
    return torch.randint(below, (2, n, 1), generator=random, device=random.device)
