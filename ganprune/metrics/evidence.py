"""What a metric of quality is measured from: pictures of both sides as it asks to see them, and what follows from that.

Everything is computed in float64, and once, however many metrics ask for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from ganprune.waiting import wait_for

NEIGHBOURS = 5  # k of precision, recall, density and coverage; Naeem et al. 2020, section 4
ROWS = 1024  # of a matrix of pairs, held at once, so that n = 5,000 needs 40 MB
SMALL = 512  # dimensions up to which a CPU has found all eigenvalues while a GPU would still begin


@dataclass(frozen=True, eq=False)
class Gaussian:
    """What a Fréchet distance knows of features."""

    mean: Tensor  # (dimensions,)
    cov: Tensor  # (dimensions, dimensions), unbiased

    @cached_property
    def root(self) -> Tensor:
        """Of the covariance."""
        values, vectors = torch.linalg.eigh(self.cov)
        return (vectors * values.clamp(min=0).sqrt()) @ vectors.T


@dataclass(frozen=True, eq=False)
class View:
    """Pictures, real or generated: the pixels, or what a network sees in them."""

    rows: Tensor  # (n, dimensions) features, float64; or pixels, uint8 (n, channels, height, width)
    logits: Tensor | None = None  # (n, classes) of the network, where a metric asks for them
    labels: Tensor | None = None  # (n,) the classes that they are of or were to be of, where that is known

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, kept: Tensor) -> "View":
        """Of the pictures with these indices."""
        return self._each(lambda tensor: tensor[kept])

    def on(self, device: str) -> "View":
        """The same there, ready to be shared by threads."""
        there = self._each(lambda tensor: tensor.to(device))
        if there.rows.is_cuda and there.rows.is_floating_point():  # pixels have none of these
            wait_for(there.gaussian.root, there.radii, there.likeness)
        return there

    def _each(self, change: Callable[[Tensor], Tensor]) -> "View":
        return View(*(None if tensor is None else change(tensor) for tensor in (self.rows, self.logits, self.labels)))

    @cached_property
    def by_class(self) -> dict[int, "View"]:
        return {label: self[self.labels == label] for label in self.labels.unique().tolist()}

    @cached_property
    def gaussian(self) -> Gaussian:
        device = "cpu" if self.rows.shape[1] <= SMALL else self.rows.device
        return Gaussian(self.rows.mean(0).to(device), self.rows.T.cov().to(device))

    @cached_property
    def radii(self) -> Tensor:
        """(n,) distance to the k-th nearest other picture."""
        # The nearest of all is the row itself, at distance 0.
        return torch.cdist(self.rows, self.rows).topk(NEIGHBOURS + 1, dim=1, largest=False).values[:, -1]

    @cached_property
    def likeness(self) -> Tensor:
        """(), mean of the kernel over all ordered pairs of two different pictures."""
        n, dimensions = self.rows.shape
        diagonal = kernel(self.rows.square().sum(dim=1), dimensions).sum()
        return (kernel_sum(self.rows, self.rows) - diagonal) / (n * (n - 1))


@dataclass(frozen=True, eq=False)
class Evidence:
    """Real and generated pictures in one view."""

    real: View
    drawn: View
    source: View | None = None  # what the drawn ones were translated from

    @cached_property
    def balls(self) -> tuple[Tensor, Tensor]:
        """(n real, n drawn) bool: whether the two are neighbours, by the real one's radius and by the drawn one's."""
        distances = torch.cdist(self.real.rows, self.drawn.rows)
        return distances <= self.real.radii[:, None], distances <= self.drawn.radii[None, :]


def kernel_sum(a: Tensor, b: Tensor) -> Tensor:
    """Of (x·y / d + 1)³ over all pairs."""
    return sum(kernel(rows @ b.T, a.shape[1]).sum() for rows in a.split(ROWS))


def kernel(products: Tensor, dimensions: int) -> Tensor:
    return (products / dimensions + 1) ** 3
