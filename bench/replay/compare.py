"""What a study costs until its front, chosen by scores on `search`, is worth as much on `report` as the naive one's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bench.replay.baselines import Naive
from bench.replay.clock import Study, run
from bench.replay.world import World
from ganprune.point import Point
from study.analysis.pareto import front, hypervolume

NAIVE_TRIALS = 40
WORKERS = 2


@dataclass(frozen=True)
class State:
    """How far a study was when a trial ended."""

    seconds: float
    images: int
    hypervolume: float  # of its front, re-scored


@dataclass(frozen=True)
class Goal:
    """The naive study's final hypervolume, at one search seed."""

    hypervolume: float
    naive: State  # when it had that for the first time
    end: State  # of its 40 trials

    def reached_by(self, study: Study, workers: int = WORKERS) -> State | None:
        """When a study had it; None if not with the naive study's images and seconds."""
        return next((state for state in self.within(study, workers) if state.hypervolume >= self.hypervolume), None)

    def within(self, study: Study, workers: int = WORKERS, share: float = 1.0) -> Iterator[State]:
        """The states of a study while it has cost at most this share of the naive one's images and seconds."""
        for state in history(study, workers):
            if state.images > share * self.end.images or state.seconds > share * self.end.seconds:
                return
            yield state


def goal(world: World, seed: int, workers: int = WORKERS) -> Goal:
    states = list(history(Naive(world, NAIVE_TRIALS, seed), workers))
    end = states[-1]
    return Goal(end.hypervolume, next(state for state in states if state.hypervolume >= end.hypervolume), end)


def history(study: Study, workers: int) -> Iterator[State]:
    best: list[Point] = []
    for ended in run(study, workers):
        best = front([*best, *ended.points])
        yield State(ended.seconds, ended.images, on_report(best))


def on_report(points: Iterable[Point]) -> float:
    """The hypervolume of these points by pictures and latents that no search saw."""
    return hypervolume(replace(p, scores=p.scores | {"skill": p.scores["skill_report"]}) for p in points)
