"""The two studies that ours is held against, decision by decision as they run for real."""

from collections.abc import Iterator

import optuna
from optuna.trial import TrialState

from bench.record import RAW
from bench.replay.world import Pruned, World
from bench.yardstick import SWEPT
from ganprune.objective import Objectives
from ganprune.point import Finished, Point, Scored
from ganprune.trial import Event
from study.search.jobs import Job


class Naive:
    """What a user writes in an afternoon: stock TPE with two objectives, for every trial a GAN and one threshold."""

    def __init__(self, world: World, trials: int | None, seed: int):
        """`trials`: None for as many as are asked for."""
        self.world, self._trials = world, trials
        self.optuna = optuna.create_study(
            directions=Objectives().directions, sampler=optuna.samplers.TPESampler(seed=seed)
        )
        self._running: dict[int, optuna.Trial] = {}
        self._points: dict[int, list[Point]] = {}

    def suggest(self) -> Job | None:
        if self._trials is not None and len(self._points) >= self._trials:
            return None
        trial = self.optuna.ask()
        number = len(self._points)
        self._running[number], self._points[number] = trial, []
        return Job(number, self.world.settings(self.world.space.draw(trial), seed=0))

    def on_event(self, number: int, event: Event) -> None:
        if isinstance(event, Scored):
            self._points[number].append(event.point)
        if isinstance(event, Finished):
            self.tell(self._running.pop(number), self._points[number])

    def is_over(self, number: int) -> bool:
        return number not in self._running

    def story(self, job: Job) -> Iterator[Event]:
        epochs = job.settings.train.epochs
        yield from map(self.world.trained, range(1, epochs + 1))
        pruned = self.world.pruned(job.number, job.settings, RAW, epochs)
        if pruned:
            yield from self.scores(pruned)
        yield Finished("completed" if pruned else "diverged")

    def scores(self, pruned: Pruned) -> Iterator[Scored]:
        yield pruned.score(None)

    def tell(self, trial: optuna.Trial, points: list[Point]) -> None:
        """The trial's own point; a diverged trial is told as failed."""
        if points:
            self.optuna.tell(trial, [points[0].sparsity, points[0].scores["fcd"]])
        else:
            self.optuna.tell(trial, state=TrialState.FAIL)


class Competent(Naive):
    """What an expert writes in a day: train once, sweep the drawn method's thresholds; TPE is told the own point.

    Told the best of every sweep as well it does far worse: after two sweeps it no longer explores.
    """

    def scores(self, pruned: Pruned) -> Iterator[Scored]:
        yield pruned.score(None)
        yield from map(pruned.score, SWEPT)
