"""What a study's end adds to synthetic records: the front scored again, and dense networks that are small unpruned."""

from dataclasses import asdict

import numpy as np

from bench.synthetic import GAUSSIAN_FCD
from ganprune.point import Confirmed, Latency, NullLine, Point
from study.analysis.pareto import front
from study.analysis.size_baselines import SMALLER
from study.records.study import StudyLog


def score_again(log: StudyLog, seeds: int = 2, worse: float = 1.05, luck: float = 0.08, sd: float = 0.06) -> None:
    """Every point of the front on `report`; its settings under so many other seeds, on average `luck` worse."""
    numbers, metric = np.random.default_rng(0), log.objectives.quality.metric
    shocks: dict[tuple[int, int], float] = {}
    for point in front(log.points):
        own = log.trials[point.trial].settings.train.seed
        for seed in range(own, own + seeds + 1):
            shock = shocks.setdefault((point.trial, seed), numbers.normal(0, sd) + luck)
            score = point.scores[metric] * worse * np.exp((shock if seed != own else 0) + numbers.normal(0, 0.01))
            log.confirmed[point.id, seed] = confirmed(point.id, seed, float(score), point.sparsity, metric)


def time_it(log: StudyLog, point: Point) -> None:
    """As if its latency had been measured."""
    latency = Latency(point.trial, point.id, 0.3, 0.25, 1.15, 1.25, 100, "a processor")
    log.add({"kind": "latency", "latency": asdict(latency)})


def confirmed(point: str, seed: int, score: float, sparsity: float = 0.5, metric: str = "fcd") -> Confirmed:
    return Confirmed(
        point=point,
        seed=seed,
        metric=metric,
        score=score,
        lo=0.98 * score,
        hi=1.02 * score,
        referee=1.2 * score,
        skill=1 - score / GAUSSIAN_FCD,
        coverage=0.4,
        sparsity=sparsity,
        n_samples=5000,
    )


def add_smaller(log: StudyLog) -> None:
    """The dense networks of fewer bits are next to as good as dense, those of fewer channels worse."""
    dense = min((point for point in log.points if point.target == 0), key=lambda point: point.scores["fcd"])
    sizes, costs = (1 / 2, 1 / 4, 1 / 8, 1 / 3.5, 1 / 11), (1.0, 1.002, 1.03, 1.2, 1.6)
    for name, size, cost in zip(SMALLER, sizes, costs, strict=True):
        scores = {
            "fcd": cost * dense.scores["fcd"],
            "skill": 1 - cost * dense.scores["fcd"] / GAUSSIAN_FCD,
            "bytes": size * dense.scores["bytes"],
            "bytes_compressed": size * dense.scores["bytes_compressed"],
        }
        log.nulls[name, None] = NullLine(name, f"{name}, not pruned", None, scores, 1000)


def without_other_seeds(log: StudyLog) -> None:
    own = {trial.number: trial.settings.train.seed for trial in log.trials.values()}
    points = {point.id: point for point in log.points}
    log.confirmed = {key: each for key, each in log.confirmed.items() if key[1] == own[points[key[0]].trial]}
