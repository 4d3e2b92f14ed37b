"""What a trial costs that trains nothing: our whole service beside a stock Tune function trainable."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import torch

from bench.figure import Figure, figure
from bench.synthetic import HEADER, curve_of
from ganprune.config import RUNG_TARGETS
from ganprune.pace import Pace
from ganprune.point import Finished, RungReached, Scored
from ganprune.strip import STRIP, strip
from ganprune.trial import Event
from study.commands.run import on_trial_end
from study.records.journal import Records
from study.records.paths import Out, StudyPaths
from study.search.jobs import Job
from study.search.optuna_study import OptunaStudy
from study.search.search_phase import SearchPhase
from study.settings.arguments import asked
from study.settings.machine import this_machine
from study.settings.plan import make_plan
from study.tracking.background import Spool
from study.tracking.server import default_uri
from study.workers.crew import Processes
from study.workers.runner import conduct, start_here

MARKS = (20, 45, 70, 95, 120)  # trials ended
STOCK_FEW, STOCK_MANY = 2, 6
REACH_SECONDS = 0.3
PATIENCE = 600  # seconds
Clock = Callable[[], float]


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        ours = seconds_a_trial(StudyPaths(Path(folder) / HEADER["name"]), MARKS)
    stock = (_stock_seconds(STOCK_MANY) - _stock_seconds(STOCK_FEW)) / (STOCK_MANY - STOCK_FEW)
    return [
        figure("overhead_per_trial", ours, "s", "lower", REACH_SECONDS),
        figure("overhead_per_trial_stock_tune", [stock], "s", "lower", None),
    ]


def seconds_a_trial(paths: StudyPaths, marks: tuple[int, ...], clock: Clock = time.perf_counter) -> list[float]:
    """Begin or continue the study with trials that train nothing; what one costs, from each mark to the next."""
    records = Records(paths.records)
    if not records.log.header:
        records.study(**HEADER)
    plan = make_plan(asked({"TRIALS": len(records.log.trials) + marks[-1]}), None, this_machine())
    spool = Spool(default_uri(Out(paths.root.parent)), records.log.header, paths, print)
    optuna_study = OptunaStudy(plan.space, plan.objectives, plan.seed, records.log.ended, paths.journal)
    watch = Stopwatch(marks, spool, clock)
    listeners = [on_trial_end(spool.trial, records), watch.on_event]
    search_phase = SearchPhase(plan, records, paths, optuna_study, Pace(), listeners)
    start_here(plan.workers)
    conduct([search_phase], Processes(NoBench(), plan.workers, trains_nothing), paths.scratch)
    spool.close()
    return [(after - before) / (many - few) for (few, before), (many, after) in pairwise(watch.times.items())]


@dataclass
class Stopwatch:
    """When so many trials had ended and MLflow had them all."""

    marks: tuple[int, ...]
    spool: Spool
    clock: Clock
    times: dict[int, float] = field(default_factory=dict)  # by trials ended
    count: int = 0

    def on_event(self, number: int, event: Event) -> None:
        self.count += isinstance(event, Finished)
        if self.count in self.marks and self.count not in self.times:
            logged = threading.Event()
            self.spool.some_time(lambda tracking: logged.set())
            if not logged.wait(PATIENCE):
                raise RuntimeError("MLflow does not take what is logged; log.txt says why")
            self.times[self.count] = self.clock()


class NoBench:
    """Stands where an evaluator does; a trial that trains nothing needs none."""

    def on(self, device: str) -> "NoBench":
        return self


def trains_nothing(job: Job, evaluator: NoBench) -> Iterator[Event]:
    """A trial's story without training: the points of a made-up curve, at rungs too, with pictures of a usual size."""
    noise = torch.Generator().manual_seed(job.number)
    shown = strip(torch.randint(256, (STRIP, 3, 32, 32), dtype=torch.uint8, generator=noise))
    for epoch in job.rungs:
        curve = curve_of(job.number, job.settings.with_train(epochs=epoch))
        yield from (Scored(point, shown) for point in curve if point.target in RUNG_TARGETS)
        yield RungReached(epoch)
    yield from (Scored(point, shown) for point in curve_of(job.number, job.settings))
    yield Finished("completed")


def _stock_seconds(trials: int) -> float:
    import ray
    from ray import tune
    from ray.tune.search.optuna import OptunaSearch

    def trainable(config: dict) -> None:
        import torch  # as any trial that trains

        tune.report({"sparsity": config["threshold"], "fcd": float(torch.ones(1))})

    started = time.perf_counter()
    start_here(this_machine().workers)
    with tempfile.TemporaryDirectory() as folder:
        tune.Tuner(
            trainable,
            param_space={"threshold": tune.uniform(0, 1)},
            tune_config=tune.TuneConfig(
                search_alg=OptunaSearch(metric=["sparsity", "fcd"], mode=["max", "min"]),
                num_samples=trials,
                max_concurrent_trials=this_machine().workers,
            ),
            run_config=tune.RunConfig(storage_path=folder, verbose=0),
        ).fit()
    ray.shutdown()
    return time.perf_counter() - started
