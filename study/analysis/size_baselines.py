"""Smaller without pruning: dense networks in fewer bits or fewer channels, on the axis of bytes where they compete."""

from collections import Counter
from collections.abc import Iterable
from math import inf, isfinite, nan

import moocore
import numpy as np

from ganprune.null_names import BITS, HALF_WIDTH, QUARTER_WIDTH, at_bits
from ganprune.point import NullLine, Point
from study.analysis import narrow
from study.analysis.figures import score, size

SIZE = "bytes_compressed"
SMALLER = {at_bits(bits): f"{bits} bits" for bits in BITS} | {HALF_WIDTH: "½ width", QUARTER_WIDTH: "¼ width"}
SPOKEN = {at_bits(bits): f"{bits}-bit dense" for bits in BITS}
SPOKEN |= {HALF_WIDTH: "a dense network of half the width", QUARTER_WIDTH: "a dense network of a quarter of the width"}
ZEROS = "Zeros alone make a file no smaller before it is compressed, and no network faster."


def smaller_nulls(nulls: Iterable[NullLine], metric: str) -> list[NullLine]:
    """Those that know this metric, the largest first."""
    sized = [null for null in nulls if null.name in SMALLER and _known(null, metric)]
    return sorted(sized, key=lambda null: -null.scores[SIZE])


def size_front(points: Iterable[Point], quality: str) -> list[Point]:
    """The eligible points that none beats in both bytes and quality, largest first."""
    able = [point for point in points if point.eligible and _known(point, quality)]
    if not able:
        return []
    corners = np.array([(point.scores[SIZE], point.scores[quality]) for point in able])
    kept = np.flatnonzero(moocore.is_nondominated(corners))
    return sorted((able[index] for index in kept), key=lambda point: -point.scores[SIZE])


def beaten_by(front: Iterable[Point], nulls: Iterable[NullLine], quality: str) -> dict[str, list[str]]:
    """By point id, the names of the null lines that take no more bytes and are no worse."""
    nulls, beaten = smaller_nulls(nulls, quality), {}
    for point in front:
        better = [null.name for null in nulls if _beats(null, point, quality)]
        if better:
            beaten[point.id] = better
    return beaten


def sentence(front: list[Point], nulls: Iterable[NullLine], quality: str) -> str:
    """What the smaller dense networks say of the front; empty where none was scored."""
    nulls = smaller_nulls(nulls, quality)
    if not nulls or not front:
        return ""
    beaten = beaten_by(front, nulls, quality)
    if not beaten:
        return f"In bytes, no dense network of fewer bits or channels beats any of the front's {len(front)} points."
    names = Counter(name for each in beaten.values() for name in each)
    told = ", ".join(f"{name} ({count})" for name, count in names.most_common())
    return f"In bytes, {len(beaten)} of {len(front)} points of the front are beaten without any pruning: {told}."


def instead(point: Point, dense: Point | None, nulls: Iterable[NullLine], quality: str) -> str:
    """What has fewer bytes than this point and is better without pruning, by the scores of the search, which null lines
    have alone; and what pruning bought beside the same training's `dense` generator, or zeros don't buy."""
    better = [null for null in smaller_nulls(nulls, quality) if _beats(null, point, quality)]
    sentences = [_as_a_file(better[-1], point, quality)] if better else []
    if point.sparsity and dense:
        sentences.append(narrow.sentence(point, dense) if narrow.is_narrower(point, dense) else ZEROS)
    return " ".join(sentences)


def _as_a_file(null: NullLine, point: Point, quality: str) -> str:
    this, other = (f"{size(row.scores[SIZE])}, {quality} {score(row.scores[quality])}" for row in (point, null))
    return f"As a file, {SPOKEN[null.name]} is smaller and better: {other}; this point: {this} (scores of the search)."


def _known(row: Point | NullLine, metric: str) -> bool:
    return isfinite(row.scores.get(metric, nan)) and SIZE in row.scores


def _beats(null: NullLine, point: Point, quality: str) -> bool:
    return null.scores[SIZE] <= point.scores.get(SIZE, inf) and null.scores[quality] <= point.scores[quality]
