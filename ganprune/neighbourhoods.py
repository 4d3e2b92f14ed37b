"""Places on the manifold of what a generator draws: which of its samples are near each other, and what is there."""

import torch
from torch import Tensor
from torch.nn.functional import normalize

BLOCK = 1024  # rows of the matrix of all pairs, held at once


def neighbours(features: Tensor, k: int) -> Tensor:
    """(n, k + 1) for each row itself and its k nearest by the angle of (n, dimensions) features."""
    rows = normalize(features, dim=1)
    return torch.cat([(part @ rows.T).topk(k + 1, dim=1).indices for part in rows.split(BLOCK)])


def strangers(n: int, k: int, random: torch.Generator) -> Tensor:
    """The control: (n, k + 1) with any others in the place of the nearest."""
    others = torch.randint(n, (n, k), generator=random, device=random.device)
    return torch.cat([torch.arange(n, device=random.device)[:, None], others], dim=1)


def apart(real: Tensor, drawn: Tensor) -> Tensor:
    """(), how far local moments are apart: of (places, samples, dimensions) the means, and the spread about them."""
    means, spreads = zip(*((each.mean(dim=1), each.var(dim=1).sum(dim=1)) for each in (real, drawn)), strict=True)
    unit = spreads[0].mean().clamp(min=torch.finfo(real.dtype).tiny)  # of what is real, so that any features will do
    return ((means[0] - means[1]).square().sum(dim=1) + (spreads[0] - spreads[1]).abs()).mean() / unit
