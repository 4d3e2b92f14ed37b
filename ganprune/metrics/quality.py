"""Distances between generated and real pictures in the features of a network; and the verdicts built on them."""

import math

import torch
from torch import Tensor

from ganprune.metrics.evidence import NEIGHBOURS, ROWS, Evidence, kernel_sum

MIN_COVERAGE = 0.02  # below it a generator counts as diverged


def frechet_distance(seen: Evidence) -> float:
    """Heusel et al. 2017, of Gaussians: |mean_a - mean_b|² + tr(A + B - 2 (A B)^½), A and B being the covariances.

    tr (A B)^½ is taken as tr (A^½ B A^½)^½: symmetric, so that covariances of fewer samples than dimensions give
    eigenvalues of ±1e-16 to clamp instead of the complex numbers of a general matrix root.
    """
    a, b = seen.real.gaussian, seen.drawn.gaussian
    cross = torch.linalg.eigvalsh(a.root @ b.cov @ a.root).clamp(min=0).sqrt().sum()
    return ((a.mean - b.mean).square().sum() + a.cov.trace() + b.cov.trace() - 2 * cross).item()


def kernel_distance(seen: Evidence) -> Tensor:
    """Squared maximum mean discrepancy with the kernel (x·y / d + 1)³ (Bińkowski et al. 2018).

    The unbiased estimate over all samples, not a mean over random blocks: the same expectation, less noise and no
    randomness. May be slightly negative.
    """
    real, drawn = seen.real, seen.drawn
    across = kernel_sum(real.rows, drawn.rows) / (len(real) * len(drawn))
    return real.likeness + drawn.likeness - 2 * across


def precision(seen: Evidence) -> Tensor:
    """Share of the drawn near a real one (Kynkäänniemi et al. 2019).

    This one and the three that follow move with the numbers of pictures on both sides: compare at equal n only.
    """
    in_real_ball, _ = seen.balls
    return in_real_ball.any(dim=0).double().mean()


def recall(seen: Evidence) -> Tensor:
    """Share of the real near a drawn one (Kynkäänniemi et al. 2019)."""
    _, in_drawn_ball = seen.balls
    return in_drawn_ball.any(dim=1).double().mean()


def density(seen: Evidence) -> Tensor:
    """How many of the real each drawn one is near, over k (Naeem et al. 2020)."""
    in_real_ball, _ = seen.balls
    return in_real_ball.sum().double() / (NEIGHBOURS * len(seen.drawn))


def coverage(seen: Evidence) -> Tensor:
    """Share of the real that a drawn one is near, by the real one's radius (Naeem et al. 2020)."""
    in_real_ball, _ = seen.balls
    return in_real_ball.any(dim=1).double().mean()


def coverage_alone(seen: Evidence) -> float:
    """The same without the matrices that its kin need."""
    parts = zip(seen.real.rows.split(ROWS), seen.real.radii.split(ROWS), strict=True)
    covered = [torch.cdist(rows, seen.drawn.rows).amin(dim=1) <= radii for rows, radii in parts]
    return torch.cat(covered).double().mean().item()


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
