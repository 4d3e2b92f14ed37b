"""What a trial costs that trains nothing: our whole service beside a stock Tune function trainable."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from bench.figure import Figure, figure
from bench.synthetic import HEADER, curve_of
from ganprune.curve import STRIP, strip
from ganprune.point import Finished, Scored
from ganprune.trial import Event, Pace
from study.advisor import Advisor
from study.conductor import Conductor
from study.machine import this_machine
from study.paths import Out
from study.plan import settle
from study.records import Records
from study.run import ended
from study.runner import conduct, start_here
from study.spec import asked
from study.spool import Spool

FEW, MANY = 20, 120
STOCK_FEW, STOCK_MANY = 2, 6
REACH_SECONDS = 0.5


def figures() -> list[Figure]:
    ours = _slope(_our_seconds, FEW, MANY)
    stock = _slope(_stock_seconds, STOCK_FEW, STOCK_MANY)
    return [
        figure("overhead_per_trial", [ours], "s", "lower", REACH_SECONDS),
        figure("overhead_per_trial_stock_tune", [stock], "s", "lower", None),
    ]


def _slope(seconds, few: int, many: int) -> float:
    """Seconds a trial more costs: start-up cancels out."""
    return (seconds(many) - seconds(few)) / (many - few)


class NoBench:
    """Stands where a workbench does; a trial that trains nothing needs none."""

    def on(self, device: str) -> "NoBench":
        return self


def trains_nothing(number, settings, bench, pace, controls) -> Iterator[Event]:
    """A trial's story without training: the points of a made-up curve, with pictures of a usual size."""
    drawn = torch.randint(256, (STRIP, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(number))
    for point in curve_of(number, settings):
        yield Scored(point, strip(drawn))
    yield Finished("completed")


def _our_seconds(trials: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        _run_study(Path(folder), trials)
        return time.perf_counter() - started


def _run_study(out: Path, trials: int) -> None:
    plan = settle(asked({"TRIALS": trials}), None, this_machine())
    paths = Out(out).study("nothing")
    records = Records(paths.records)
    records.study(**HEADER)
    spool = Spool(f"sqlite:///{out}/mlflow.db", records.log.header, paths, print)
    advisor = Advisor(plan.space, plan.quality, plan.seed, [], paths.journal)
    conductor = Conductor(plan, records, paths, advisor, Pace(), [ended(spool.trial, records)])
    start_here(plan.workers)
    conduct(conductor, NoBench(), plan.workers, paths.scratch, trains_nothing)
    spool.runs(records.log)


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
