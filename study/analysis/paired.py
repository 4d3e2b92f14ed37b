"""Which of two is better where both were run from the same seeds, and how sure that is with many such questions.

Scores are log-normal, so that a pair's difference of logarithms is a ratio. The t-test of paired differences; among
many, Holm's step-down correction (Holm 1979, "A simple sequentially rejective multiple test procedure").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from statistics import fmean, stdev

LEVEL = 0.05  # of errors, of all questions together
ENOUGH = 5  # pairs for a verdict; fewer are indicative


@dataclass(frozen=True)
class Paired:
    """Logarithms of the ratios of one to the other, a seed each."""

    logs: tuple[float, ...]

    @property
    def ratio(self) -> float:
        return exp(fmean(self.logs))

    @property
    def freedom(self) -> int:
        return len(self.logs) - 1

    @property
    def error(self) -> float:
        """Standard error of the mean."""
        return stdev(self.logs) / sqrt(len(self.logs)) if self.freedom else inf

    @property
    def p(self) -> float:
        """Of ratios as far from 1 if there were no difference."""
        from scipy.special import stdtr  # takes as long to import as half of the report's other libraries together

        mean = fmean(self.logs)
        if not self.freedom or not mean:
            return 1.0
        return 2 * float(stdtr(self.freedom, -abs(mean) / self.error)) if self.error else 0.0

    def interval(self, level: float) -> tuple[float, float]:
        """Of the ratio, that errs with this chance."""
        if not self.freedom:
            return 0.0, inf
        reach = quantile(self.freedom, level) * self.error
        return exp(fmean(self.logs) - reach), exp(fmean(self.logs) + reach)


def paired(one: dict[int, float], other: dict[int, float]) -> Paired | None:
    """Scores by seed, of those that both have."""
    seeds = sorted(one.keys() & other.keys())
    return Paired(tuple(log(one[seed] / other[seed]) for seed in seeds)) if seeds else None


def holm(chances: Sequence[float], level: float = LEVEL) -> list[float]:
    """At which level each question is asked, so that all together err with `level`.

    The surest of m is asked at level/m, the next at level/(m − 1), until one is not told; at its level stay the others.
    An interval at such a level leaves out 1 just where Holm's test tells the two apart.
    """
    levels, told = [0.0] * len(chances), True
    ordered = sorted(range(len(chances)), key=lambda place: chances[place])
    asked = level
    for before, place in enumerate(ordered):
        asked = level / (len(chances) - before) if told else asked
        levels[place], told = asked, told and chances[place] < asked
    return levels


def quantile(freedom: int, level: float) -> float:
    """Student's: how many standard errors an interval reaches to each side that errs with this chance."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - level / 2))
