"""A study as an expert writes it in a day, with nothing of our engine: train once, prune many times.

`python -m bench.competent_study`, with the variables of `make study`. A trial trains one GAN, on pictures held as one
tensor, by the tutorial's steps; prunes it by the drawn method at its own threshold and at as many sparsities as our
curves end up with; recalibrates and scores each. Ray actors stay alive, one a core. Optuna's TPE for two objectives is
told the trial's own point, which is what was asked of it; MLflow has a run a trial, written while the next one trains.

Drift is scored by our batched functions, which are some twenty times faster than sewar: a gift. Weights are not
averaged, since the tutorial's are not; an expert who knows of it would gain about 0.1 of skill at these lengths.
"""

import math
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import mlflow
import optuna
import torch
from torch import Tensor

from bench import tutorial
from bench.yardstick import SWEPT, judged, look_at, prepared, pruned, scored, write
from ganprune import seeds
from ganprune.config import TrainSettings, TrialSettings
from ganprune.data.images import to_unit
from ganprune.evaluator import Evaluator, drift_from
from ganprune.methods.scored import ScoredWeights
from ganprune.threshold import THRESHOLD
from study.records.paths import Out
from study.settings.arguments import Asked
from study.settings.plan import Plan
from study.settings.process import BEGAN
from study.settings.variables import given
from study.workers.runner import start_here


def run(asked: Asked) -> Path:
    """Trials until TRIALS or TIME is used up; the records of their points."""
    plan, evaluator = prepared(asked)
    out = Out(asked.out.resolve())
    out.root.mkdir(parents=True, exist_ok=True)
    start_here(plan.workers)  # the workers import torch while MLflow makes its tables
    mlflow.set_tracking_uri(f"sqlite:///{out.mlflow_db}")
    mlflow.set_experiment(plan.name)
    records = out.study(plan.name).records
    search(plan, evaluator, records)
    return records


def search(plan: Plan, evaluator: Evaluator, records: Path) -> None:
    """Keep every worker busy; what is done is recorded, told to Optuna and replaced, then logged."""
    pool, study = workers(plan, evaluator), begin(plan)
    jobs, asked = asked_for(plan, evaluator, study), {}
    submit(pool, jobs, asked)
    while pool.has_next():
        number, points, images = pool.get_next_unordered()
        keep(records, number, points, images)
        tell(study, asked[number], points)
        submit(pool, jobs, asked)
        log(asked[number], points)


def workers(plan: Plan, evaluator: Evaluator):
    """A pool of actors that hold the pictures and import torch once."""
    import ray  # not before `start_here`, which binds Ray to loopback
    from ray.util import ActorPool

    worker, shared = ray.remote(num_cpus=1)(Worker), ray.put(evaluator)
    return ActorPool([worker.remote(shared) for _ in range(plan.workers)])


def begin(plan: Plan) -> optuna.Study:
    sampler = optuna.samplers.TPESampler(seed=plan.seed)
    study = optuna.create_study(directions=["maximize", "minimize"], sampler=sampler)
    for first in plan.space.first:
        study.enqueue_trial(first)
    return study


def asked_for(plan: Plan, evaluator: Evaluator, study: optuna.Study) -> Iterator[tuple[optuna.Trial, TrialSettings]]:
    """What Optuna suggests, asked one by one as workers get free, until the budget is used up."""
    deadline = BEGAN + (plan.seconds or math.inf)
    for _ in islice(count(), plan.trials):
        if time.time() > deadline:
            return
        trial = study.ask()
        yield trial, plan.space.settings(plan.space.draw(trial), evaluator.images.channels, plan.seed)


def submit(pool, jobs: Iterator[tuple[optuna.Trial, TrialSettings]], asked: dict[int, optuna.Trial]) -> None:
    while pool.has_free() and (job := next(jobs, None)):
        trial, settings = job
        asked[trial.number] = trial
        pool.submit(lambda worker, given: worker.trial.remote(*given), (trial.number, settings))


class Worker:
    """Trains and prunes in a process of its own, one trial after another."""

    def __init__(self, evaluator: Evaluator):
        torch.set_num_threads(1)
        self.evaluator = evaluator

    def trial(self, number: int, settings: TrialSettings) -> tuple[int, list[dict], int]:
        """Its number, its points, its own first (none where training diverged), and the pictures it was shown."""
        try:
            pair, images = train(self.evaluator.pixels, settings)
        except FloatingPointError:
            return number, [], 0
        return number, list(curve(self.evaluator, pair, settings)), images


def train(pixels: Tensor, settings: TrialSettings) -> tuple[tutorial.Pair, int]:
    """The trained pair, and how many pictures it was shown."""
    pair = tutorial.begin(settings.model, settings.train)
    random = seeds.generator(settings.train.seed, "training")
    images = 0
    for _ in range(settings.train.epochs):
        images += tutorial.train_epoch(pair, batches(pixels, settings.train, random), random)
    return pair, images


def batches(pixels: Tensor, settings: TrainSettings, random: torch.Generator) -> Iterator[Tensor]:
    """An epoch of shuffled float pictures in whole batches, from uint8 ones (n, channels, side, side)."""
    shown = settings.epoch_steps(len(pixels)) * settings.batch
    for chosen in torch.randperm(len(pixels), generator=random)[:shown].split(settings.batch):
        yield to_unit(pixels[chosen])


def curve(evaluator: Evaluator, pair: tutorial.Pair, settings: TrialSettings) -> Iterator[dict]:
    """Its own threshold first, then the sparsities that the method can reach."""
    weights = scored(pair.generator, settings, pair.outputs)
    dense = look_at(evaluator, pruned(pair.generator, weights, 0, settings))
    for threshold in thresholds(weights, settings):
        net = pruned(pair.generator, weights, threshold, settings)
        drawn = evaluator.draw(net)
        drift = {name: spread["mean"] for name, spread in drift_from(dense.drawn, drawn).items()}
        point = judged(evaluator, net, drawn, dense)
        yield point | {"threshold": threshold, "scores": point["scores"] | drift}


def thresholds(weights: ScoredWeights, settings: TrialSettings) -> list[float]:
    solved = [weights.threshold(target) for target in SWEPT]
    return [settings.prune.own[THRESHOLD], *(threshold for threshold in solved if threshold is not None)]


def keep(records: Path, number: int, points: list[dict], images: int) -> None:
    now = time.time()
    for point in points:
        write(records, "point", now, point=point | {"trial": number})
    write(records, "ended", now, trial=number, images=images)


def tell(study: optuna.Study, trial: optuna.Trial, points: list[dict]) -> None:
    if points:
        study.tell(trial, [points[0]["sparsity"], points[0]["scores"]["fcd"]])
    else:
        study.tell(trial, state=optuna.trial.TrialState.FAIL)


def log(trial: optuna.Trial, points: list[dict]) -> None:
    with mlflow.start_run(run_name=f"trial {trial.number}"):
        mlflow.log_params(trial.params)
        for point in points:
            scores = point["scores"] | {"sparsity": point["sparsity"]}
            mlflow.log_metrics(scores, step=round(1000 * point["sparsity"]))


if __name__ == "__main__":
    run(given())
