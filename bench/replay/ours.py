"""Our study as it is: its search phase, Optuna and the stopping rule. Only its trials are looked up, not trained."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.record import AVERAGED
from bench.replay.world import Pruned, World
from ganprune.config import RUNG_TARGETS
from ganprune.curve_refinement import middle_first, widest_step
from ganprune.identity import Identity
from ganprune.methods import identity_of
from ganprune.pace import Pace
from ganprune.point import Finished, RungReached, Scored
from ganprune.trial import Event
from study.records.journal import Records
from study.records.paths import StudyPaths
from study.records.study import StudyLog
from study.search.jobs import Job
from study.search.optuna_study import OptunaStudy
from study.search.search_phase import SearchPhase
from study.settings.plan import Plan
from study.settings.policy import Policy


class Ours:
    """A study under a policy, with a store that all its trials share."""

    def __init__(self, world: World, policy: Policy, seed: int):
        self.world = world
        self._reached: dict[Identity, int] = defaultdict(int)  # epochs in the store, by training
        self._folder = tempfile.TemporaryDirectory()
        paths, plan = StudyPaths(Path(self._folder.name)), _plan(world, seed)
        optuna_study = OptunaStudy(plan.space, plan.objectives, seed, [], None, policy)
        records = Remembered({"data": {"channels": world.channels, "train": 0, "classes": 0}})
        self._search_phase = SearchPhase(plan, records, paths, optuna_study, Pace(), [], policy, world.seen)
        self.suggest, self.on_event = self._search_phase.suggest, self._search_phase.on_event
        self.is_over = self._search_phase.is_over

    def story(self, job: Job) -> Iterator[Event]:
        """As `ganprune.trial.run_trial` tells it."""
        yield from self._train(job)
        pruned = self.world.pruned(job.number, job.settings, AVERAGED, job.settings.train.epochs)
        if pruned is None:
            yield Finished("diverged")
            return
        yield from _scores(pruned, job)
        yield Finished("completed")

    def _train(self, job: Job) -> Iterator[Event]:
        """The epochs that the store lacks."""
        training, epochs = identity_of(job.settings), job.settings.train.epochs
        while self._reached[training] < epochs:
            self._reached[training] += 1
            yield self.world.trained(self._reached[training])
            if self._reached[training] in job.rungs:
                yield from self._glance(job, self._reached[training])

    def _glance(self, job: Job, epoch: int) -> Iterator[Event]:
        pruned = self.world.pruned(job.number, job.settings, AVERAGED, epoch)
        if pruned:
            yield from (pruned.score(target, few=True) for target in RUNG_TARGETS)
        yield RungReached(epoch)


def _scores(pruned: Pruned, job: Job) -> Iterator[Scored]:
    """The curve; what few pictures show to be far from the front gets no more of them."""
    shared = middle_first(sorted(target for target in pruned.settings.prune.targets if target))
    scored = [pruned.score(0.0), *(_screened(pruned, target, job) for target in (None, *shared))]
    for _ in range(job.refined):
        between = widest_step(each.point for each in scored)
        if between is None:
            break
        scored.append(_screened(pruned, between, job))
    yield from scored


def _screened(pruned: Pruned, target: float | None, job: Job) -> Scored:
    few = pruned.score(target, few=True)
    near = job.bar.is_near(few.point.sparsity, few.point.scores["fcd"])
    return pruned.score(target) if near else few


class Remembered(Records):
    """Records that end with the replay."""

    def __init__(self, header: dict):
        self.log, self._clock = StudyLog(header=header), lambda: 0.0

    def write(self, kind: str, **payload) -> None:
        self.log.add({"kind": kind, "time": 0.0, **payload})


def _plan(world: World, seed: int) -> Plan:
    return Plan(
        name="replay",
        dataset="",
        space_name="",
        space=world.space,
        quality="fcd",
        seed=seed,
        trials=None,
        seconds=None,
        workers=0,
        data_dir=Path(),
        sized_for_cpu=False,
    )
