"""Policies against each other: `python -m bench.replay [WORLD]`, one of `bench/recorded/` or records of a study.

Of a study it is told first what its methods' points have cost, of those too that train for themselves.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf
from pathlib import Path
from statistics import median, quantiles

from bench.replay.baselines import Competent
from bench.replay.clock import Study
from bench.replay.compare import WORKERS, Goal, goal
from bench.replay.ours import Ours
from bench.replay.prices import prices
from bench.replay.recorded import DIGITS, WORLDS, recorded
from bench.replay.world import World, of_study, unprejudiced
from study.records.journal import read
from study.settings.policy import Policy

SEEDS = range(20)
MANY_WORKERS = 8
CHANGES = {
    "random instead of TPE": {"sampler": "random"},
    "multivariate TPE": {"multivariate": True},
    "1 point of a curve told": {"told_per_trial": 1},
    "3 points told": {"told_per_trial": 3},
    "8 points told": {"told_per_trial": 8},
    "not from the middle of the space": {"centre": False},
    "4 trials at random first": {"startup_trials": 4},
    "never stopped": {"first_rung": None},
    "first rung at half": {"first_rung": 0.5},
    "1 of 3 passes a rung": {"factor": 3},
    "rungs trusted unseen": {"least_rank": None},
    "other methods never": {"siblings": "never"},
    "other methods always": {"siblings": "always"},
    "no refined points": {"refined": 0},
    "4 refined points": {"refined": 4},
    "16 refined points": {"refined": 16},
}

Make = Callable[[int], Study]  # a study of this search seed


def main(name: str = DIGITS) -> None:
    if name not in WORLDS:
        print(prices(read(Path(name))) + "\n")
    known = recorded(name) if name in WORLDS else of_study(Path(name))
    world = unprejudiced(known)
    print(f"until the naive study's final hypervolume; {len(SEEDS)} search seeds, {WORKERS} workers\n")
    print("| study | images saved, times | quartiles | not reached | images | seconds | at a quarter |")
    print("|---|---|---|---|---|---|---|")
    goals = [goal(world, seed) for seed in SEEDS]
    for name, make in contestants(world, known):
        print(row(name, goals, make, WORKERS), flush=True)
    many = [goal(world, seed, MANY_WORKERS) for seed in SEEDS]
    print(row(f"ours, {MANY_WORKERS} workers", many, lambda seed: Ours(world, Policy(), seed), MANY_WORKERS))


def contestants(world: World, known: World) -> Iterator[tuple[str, Make]]:
    yield "competent", lambda seed: Competent(world, None, seed)
    for name, changes in ({"as it is": {}} | CHANGES).items():
        policy = replace(Policy(), **changes)
        yield f"ours, {name}", lambda seed, policy=policy: Ours(world, policy, seed)
    yield "ours, beginning as the space says", lambda seed: Ours(known, Policy(), seed)


def row(name: str, goals: list[Goal], make: Make, workers: int) -> str:
    """Of a markdown table; a study that does not come there has saved nothing.

    The last column: its hypervolume, over the naive study's final one, when it has cost a quarter of that.
    """
    reached = [goal.reached_by(make(seed), workers) for seed, goal in zip(SEEDS, goals, strict=True)]
    saved = [goal.naive.images / state.images if state else 0.0 for goal, state in zip(goals, reached, strict=True)]
    images = median(state.images if state else inf for state in reached)
    seconds = median(state.seconds if state else inf for state in reached)
    low, middle, high = quantiles(saved, n=4)
    missed = sum(state is None for state in reached)
    early = median(at_a_quarter(goal, make(seed), workers) for seed, goal in zip(SEEDS, goals, strict=True))
    return (
        f"| {name} | {middle:.1f} | {low:.1f} to {high:.1f} | {missed} | {images:,.0f} | {seconds:,.0f} | {early:.3f} |"
    )


def at_a_quarter(goal: Goal, study: Study, workers: int) -> float:
    return list(goal.within(study, workers, 1 / 4))[-1].hypervolume / goal.hypervolume


if __name__ == "__main__":
    main(*sys.argv[1:])
