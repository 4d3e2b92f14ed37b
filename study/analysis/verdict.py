"""The headline in words: of an interval its sure end first, and never more digits than it carries."""

from ganprune.point import Point
from study.analysis.figures import change, percent, score
from study.analysis.headline import WITHIN, Headline

LIMIT = percent(WITHIN)


def sentence(held: Headline | None) -> str:
    """A front in one sentence."""
    if not held:
        return "No dense generator was scored, so nothing can be held against it."
    what = held.by.cost.what
    if not held.point or not held.saved(held.point):
        which = " that was scored again" if held.again else ""
        return f"None of the {what} can go: every pruned point{which} costs more than {LIMIT} {held.quality}."
    return _how_much(held, held.point)


def _how_much(held: Headline, point: Point) -> str:
    much, price = percent(held.saved(point)), f"{change(held.change(point), held.reach_of(point))} {held.quality}"
    what = held.by.cost.what
    sure = held.range[0] if held.range else held.saved(point)
    if sure >= held.saved(point):
        return f"{much} of the {what} can go at {price}."
    if sure:
        return f"At least {percent(sure)} of the {what} can go, perhaps {much} at {price}."
    return f"Perhaps {much} of the {what} can go at {price}; that it is within {LIMIT} is not sure."


def cost(held: Headline, point: Point) -> str:
    """What a point costs, and how sure that is."""
    against = f"{score(point.scores[held.quality])} against {score(held.dense.scores[held.quality])}"
    told = f"{held.quality} {against} of the best dense generator of the study"
    if ends := held.change_range(point):
        low, high = (change(end, held.reach_of(point)) for end in ends)
        told += f", {low} to {high} in 95 % of cases" + " if scores scatter as CIFAR-10's do" * held.borrowed
    return f"{told}; {point.n_samples:,} pictures a score."


def scored_by(held: Headline | None, confirmed: bool) -> str:
    """Whose scores count."""
    if held and held.again:
        return "Both were scored again, on pictures that no search saw."
    why = "no pruned point was scored again beside dense" if confirmed else "nothing was scored again"
    return f"Both scores are the search's own, which flatter what it picked: {why}."
