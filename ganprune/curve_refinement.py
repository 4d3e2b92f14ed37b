"""Where a curve deserves its next point: in the middle first, in the end halfway where it steps down most."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ganprune.cost_axis import cost_axis, sparsity_at
from ganprune.objective import Objectives
from ganprune.point import Point


def middle_first(ordered: Sequence[float]) -> Iterator[float]:
    """The middle one, then the middles of what lies left and right of it, and so on."""
    parts = deque([ordered])
    while parts:
        if part := parts.popleft():
            middle = len(part) // 2
            yield part[middle]
            parts += part[:middle], part[middle + 1 :]


def widest_step(
    curve: Iterable[Point], by: Objectives = Objectives(), targets: Objectives = Objectives()
) -> float | None:
    """The target, halfway on the axis, where one more point could add most to the area under this curve.

    `targets` tells what a target is a share of. Between neighbours that is at most the rectangle of their costs and
    skills; None where no point is eligible.
    """
    places = sorted({point.sparsity: point for point in curve}.values(), key=lambda point: point.sparsity)
    dense = next(iter(places), None)
    by, targets = by.against(dense), targets.against(dense)
    steps = [(_rectangle(*pair, by), pair) for pair in pairwise(places) if pair[0].eligible]
    room, (left, right) = max(steps, key=lambda step: step[0], default=(0.0, (None, None)))
    if not room > 0:
        return None
    return sparsity_at((cost_axis(targets.saved(left)) + cost_axis(targets.saved(right))) / 2)


def _rectangle(left: Point, right: Point, by: Objectives) -> float:
    lost = left.scores["skill"] - (right.scores["skill"] if right.eligible else 0.0)
    return float(cost_axis(by.saved(right)) - cost_axis(by.saved(left))) * lost
