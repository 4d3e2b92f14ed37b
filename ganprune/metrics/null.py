"""Null lines: pictures that no generator worth its name may lose to. They are scored as any, and never compete.

All pictures are uint8 (n, channels, height, width).
"""

import torch
from torch import Generator, Tensor

FITTED_PICTURES = 10_000  # enough for 3,072 pixels; more would only cost time
DISTINCT = 16


def gaussian_pictures(train_pixels: Tensor, n: int, generator: Generator) -> Tensor:
    """Pictures from the Gaussian with the training pixels' mean and covariance: blurred noise of the right colours.

    The line that skill is measured by. A sum of all centred pictures with normal weights IS a draw from that
    Gaussian, so neither its covariance nor principal components are ever formed.
    """
    fitted = real_pictures(train_pixels, FITTED_PICTURES, generator).flatten(1).float()
    mean = fitted.mean(dim=0)
    weights = torch.randn(n, len(fitted), generator=generator) / (len(fitted) - 1) ** 0.5
    drawn = mean + weights.to(mean.device) @ (fitted - mean)
    return drawn.round().clamp(0, 255).to(torch.uint8).unflatten(1, train_pixels.shape[1:])


def repeated_pictures(pixels: Tensor, n: int, generator: Generator) -> Tensor:
    """16 real pictures over and over: a mode collapse that `fcd` alone is fooled by."""
    few = real_pictures(pixels, DISTINCT, generator)
    return few[torch.arange(n) % len(few)]


def real_pictures(pixels: Tensor, n: int, generator: Generator) -> Tensor:
    """n different pictures at random (all, where there are fewer): real against real."""
    # Files come sorted by class, so the first n would be a few classes only.
    return pixels[torch.randperm(len(pixels), generator=generator)[:n]]


def matched_pictures(pictures: Tensor, like: Tensor) -> Tensor:
    """The pictures, each colour channel with the mean and spread that it has in others: colour matching alone."""
    like = _spread(like).to(pictures.device)
    mean, wanted_mean = (each.float().mean(dim=(0, 2, 3), keepdim=True) for each in (pictures, like))
    spread, wanted_spread = (each.float().std(dim=(0, 2, 3), keepdim=True) for each in (pictures, like))
    moved = (pictures.float() - mean) / spread.clamp(min=1) * wanted_spread + wanted_mean
    return moved.round().clamp(0, 255).to(torch.uint8)


def mean_picture(pixels: Tensor, n: int) -> Tensor:
    """Their mean, n times: what is nearest to them if nothing is known."""
    mean = _spread(pixels).float().mean(dim=0).round().to(torch.uint8)
    return mean.expand(n, *mean.shape).clone()


def _spread(pixels: Tensor) -> Tensor:
    """Some of them, from the first to the last."""
    return pixels[:: -(-len(pixels) // FITTED_PICTURES)]


def unrelated_pairs(pixels: Tensor, n: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """n pairs of two different pictures: the drift that means nothing was kept."""
    first = torch.randint(len(pixels), (n,), generator=generator)
    step = torch.randint(1, len(pixels), (n,), generator=generator)
    return pixels[first], pixels[(first + step) % len(pixels)]
