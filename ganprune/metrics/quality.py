"""Distances between generated and real pictures, given the features of both; and the verdicts built on them.

Features are (n, dimensions), of any network; everything is computed in float64.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

NEIGHBOURS = 5  # k of precision, recall, density and coverage; Naeem et al. 2020, section 4
MIN_COVERAGE = 0.02  # below it a generator counts as diverged
ROWS = 1024  # of a matrix of pairs, held at once, so that n = 5,000 needs 40 MB


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
class RealSide:
    """Real pictures as the metrics need them: what follows from their features is worked out once."""

    features: Tensor  # (n, dimensions) float64

    @cached_property
    def gaussian(self) -> Gaussian:
        return fitted(self.features)

    @cached_property
    def radii(self) -> Tensor:
        """(n,) distance to the k-th nearest other real picture."""
        return neighbour_radii(self.features)

    @cached_property
    def likeness(self) -> Tensor:
        """(), mean of `kcd`'s kernel over pairs of different pictures."""
        return _likeness(self.features)

    def fcd(self, fake_features: Tensor) -> float:
        return frechet_distance(self.gaussian, fitted(fake_features.double()))

    def coverage(self, fake_features: Tensor) -> float:
        """As `neighbourhood_scores` tells it, without the matrices that its other scores need."""
        fake = fake_features.double()
        rows = zip(self.features.split(ROWS), self.radii.split(ROWS), strict=True)
        covered = [torch.cdist(real, fake).amin(dim=1) <= radii for real, radii in rows]
        return torch.cat(covered).double().mean().item()


def real_side(features: Tensor) -> RealSide:
    return RealSide(features.double())


def score_quality(real: RealSide, fake_features: Tensor) -> dict[str, float]:
    """All metrics of one set of generated pictures but skill, which depends on what a study asks for."""
    fake = fake_features.double()
    return {
        "fcd": real.fcd(fake),
        "kcd": _kernel_distance(real.features, real.likeness, fake),
        **neighbourhood_scores(real, fake),
    }


def fcd(real_features: Tensor, fake_features: Tensor) -> float:
    """Fréchet distance of two sets of features (Heusel et al. 2017), here those of the data set's classifier."""
    return real_side(real_features).fcd(fake_features)


def kcd(real_features: Tensor, fake_features: Tensor) -> float:
    """Squared maximum mean discrepancy with the kernel (x·y / d + 1)³ (Bińkowski et al. 2018).

    The unbiased estimate over all samples, not a mean over random blocks: the same expectation, less noise and no
    randomness. May be slightly negative.
    """
    real, fake = real_features.double(), fake_features.double()
    return _kernel_distance(real, _likeness(real), fake)


def fitted(features: Tensor) -> Gaussian:
    return Gaussian(features.mean(0), features.T.cov())


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """|mean_a - mean_b|² + tr(A + B - 2 (A B)^½), A and B being the covariances.

    tr (A B)^½ is taken as tr (A^½ B A^½)^½: symmetric, so that covariances of fewer samples than dimensions give
    eigenvalues of ±1e-16 to clamp instead of the complex numbers of a general matrix root.
    """
    cross = torch.linalg.eigvalsh(a.root @ b.cov @ a.root).clamp(min=0).sqrt().sum()
    return ((a.mean - b.mean).square().sum() + a.cov.trace() + b.cov.trace() - 2 * cross).item()


def neighbour_radii(features: Tensor) -> Tensor:
    """(n,) distance of every row to its k-th nearest other row."""
    # The nearest of all is the row itself, at distance 0.
    return torch.cdist(features, features).topk(NEIGHBOURS + 1, dim=1, largest=False).values[:, -1]


def neighbourhood_scores(real: RealSide, fake_features: Tensor) -> dict[str, float]:
    """Precision, recall (Kynkäänniemi et al. 2019), density, coverage (Naeem et al. 2020), with k = 5.

    All move with the numbers of pictures on both sides: compare at equal n only.
    """
    fake = fake_features.double()
    distances = torch.cdist(real.features, fake)
    in_real_ball = distances <= real.radii[:, None]
    in_fake_ball = distances <= neighbour_radii(fake)[None, :]
    return {
        "precision": in_real_ball.any(dim=0).double().mean().item(),
        "recall": in_fake_ball.any(dim=1).double().mean().item(),
        "density": in_real_ball.sum().item() / (NEIGHBOURS * len(fake)),
        "coverage": in_real_ball.any(dim=1).double().mean().item(),
    }


def skill(distance: float, gaussian: float) -> float:
    """0 = no better than a Gaussian fitted to the training pixels, which is so far from real pictures; 1 = real."""
    return 1 - distance / gaussian


def eligible(skill: float, coverage: float, dense_coverage: float, n_samples: int, full_n: int) -> bool:
    """Whether a point may stand on the front."""
    return skill > 0 and coverage >= dense_coverage / 2 and n_samples == full_n


def entropy_of_classes(probabilities: Tensor) -> float:
    """Entropy in nats of the predicted classes of `probabilities` (n, classes)."""
    n, classes = probabilities.shape
    shares = probabilities.argmax(dim=1).bincount(minlength=classes).double() / n
    return torch.special.entr(shares).sum().item()


def diverged(coverage: float, probabilities: Tensor | None = None, real_entropy: float | None = None) -> bool:
    """Whether generated pictures show that training failed; a non-finite loss is the trainer's to notice.

    `probabilities` (n, classes) where the data have classes. The limit is ln 2, at most half the entropy of the
    real pictures' classes (`real_entropy`; without it, of equally frequent ones): data of two or three classes, or
    of very unequal ones, would else always count as diverged.
    """
    if not coverage >= MIN_COVERAGE:  # so that NaN counts too
        return True
    if probabilities is None:
        return False
    whole = math.log(probabilities.shape[1]) if real_entropy is None else real_entropy
    return entropy_of_classes(probabilities) < min(math.log(2), whole / 2)


def _kernel_distance(real: Tensor, real_likeness: Tensor, fake: Tensor) -> float:
    across = _kernel_sum(real, fake) / (len(real) * len(fake))
    return (real_likeness + _likeness(fake) - 2 * across).item()


def _likeness(features: Tensor) -> Tensor:
    """Mean of the kernel over all ordered pairs of two different rows."""
    n = len(features)
    diagonal = _kernel(features.square().sum(dim=1), features.shape[1]).sum()
    return (_kernel_sum(features, features) - diagonal) / (n * (n - 1))


def _kernel_sum(a: Tensor, b: Tensor) -> Tensor:
    return sum(_kernel(rows @ b.T, a.shape[1]).sum() for rows in a.split(ROWS))


def _kernel(products: Tensor, dimensions: int) -> Tensor:
    return (products / dimensions + 1) ** 3
