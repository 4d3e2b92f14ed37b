"""How alike two scores order the same trainings: Spearman's rank correlation, and how sure that is."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

RESAMPLES = 1000
SURE = 0.9  # of the interval
FEWEST_GROUPS = 5  # fewer can be drawn in too few ways to tell what others would have told

Score = float | tuple[float, ...]  # tuples stand in the order of their first parts, equal ones in that of the next


@dataclass(frozen=True)
class RankCorrelation:
    """1 = in the same order, 0 = without relation, -1 = in the opposite one."""

    value: float
    low: float
    high: float


def rank_correlation(
    first: Sequence[Score], second: Sequence[Score], groups: Sequence[Hashable], random: np.random.Generator
) -> RankCorrelation:
    """Not a number where a score is the same for all.

    The interval is the percentile bootstrap's, over groups: what is no evidence of its own, as seeds of one setting
    are, is drawn together.
    """
    x, y, group = _places(first), _places(second), _numbered(groups)
    count = len(set(groups))
    value = _correlations(np.ones((1, len(x))), x, y)[0].item()
    if isnan(value) or count < FEWEST_GROUPS:
        return RankCorrelation(value, -1.0, 1.0)
    often = random.multinomial(count, np.full(count, 1 / count), size=RESAMPLES)[:, group]
    ends = np.nanquantile(_correlations(often.astype(float), x, y), [(1 - SURE) / 2, (1 + SURE) / 2])
    return RankCorrelation(value, *ends.tolist())


def _places(scores: Sequence[Score]) -> np.ndarray:
    """(n,): numbers in the order of the scores; equal ones have the same."""
    place = {score: at for at, score in enumerate(sorted(set(scores)))}
    return np.array([place[score] for score in scores])


def _numbered(groups: Sequence[Hashable]) -> np.ndarray:
    number = {group: at for at, group in enumerate(dict.fromkeys(groups))}
    return np.array([number[group] for group in groups])


def _correlations(often: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(resamples,): `often` (resamples, n) says how many times each is in a resample."""
    a, b = (_centred_ranks(often, each) for each in (x, y))
    with np.errstate(invalid="ignore"):  # all the same
        return (often * a * b).sum(1) / np.sqrt((often * a * a).sum(1) * (often * b * b).sum(1))


def _centred_ranks(often: np.ndarray, places: np.ndarray) -> np.ndarray:
    """(resamples, n): ranks within each resample, equal ones sharing theirs, without their mean."""
    behind, level = places[:, None] < places, places[:, None] == places
    ranks = often @ (behind + level / 2)
    return ranks - (often * ranks).sum(1, keepdims=True) / often.sum(1, keepdims=True)
