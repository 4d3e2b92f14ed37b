"""What one curve scores at a share that is saved: between two of its points, where none is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

NEAR = 0.05  # of what is left: a point so near to the share counts as there


@dataclass(frozen=True)
class Place:
    """A point of a curve."""

    saved: float  # a share of the cost, measured
    score: float

    @property
    def halvings(self) -> float:
        """On the axis where equal steps take equal parts of what is left; what costs more counts as nothing saved."""
        return -log(1 - max(self.saved, 0.0))


def score_at(curve: Iterable[Place], share: float) -> float | None:
    """Interpolated, both logarithmic; None where the curve does not come there, nor near."""
    curve = sorted(curve, key=lambda place: place.halvings)
    here = Place(share, 0.0).halvings
    before = [place for place in curve if place.halvings <= here]
    after = [place for place in curve if place.halvings >= here]
    if before and after:
        return _between(before[-1], after[0], here)
    nearest = min(curve, key=lambda place: abs(place.halvings - here), default=None)
    near = nearest and abs(nearest.halvings - here) <= log(1 + NEAR)
    return nearest.score if near else None


def _between(left: Place, right: Place, here: float) -> float:
    if left.halvings == right.halvings:
        return left.score
    weight = (here - left.halvings) / (right.halvings - left.halvings)
    return exp((1 - weight) * log(left.score) + weight * log(right.score))
