"""A study as a user writes it in an afternoon from the libraries' documentation: one GAN trained for every point.

`python -m bench.naive_study`, with the variables of `make study`. Ray Tune's function trainable, stock OptunaSearch
with two objectives, MLflowLoggerCallback, the DCGAN tutorial's loop, sewar in a loop. What those libraries recommend
is heeded: a trial a core, actors reused, data put into the object store once, one torch thread a trial. So is what is
fair: the search space, data, network and epochs of ours, recalibration after pruning, the output layer left whole. The
tutorial knows no averaged weights, so there are none. A space's fine-tuning is left out.
"""

import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import sewar
import torch
from torch import Tensor

from bench import tutorial
from bench.yardstick import judged, look_at, prepared, pruned, scored, write
from ganprune.evaluator import DRIFT_PAIRS, Evaluator
from ganprune.metrics import METRICS
from ganprune.threshold import THRESHOLD
from study.records.paths import Out
from study.settings.arguments import Asked
from study.settings.plan import Plan
from study.settings.variables import given
from study.workers.runner import start_here


def run(asked: Asked) -> Path:
    """TRIALS trials, or as many as TIME allows; the records of their points."""
    plan, evaluator = prepared(asked)
    out = Out(asked.out.resolve())
    start_here(plan.workers)
    return recorded(search(plan, evaluator, out), out.study(plan.name).records)


def search(plan: Plan, evaluator: Evaluator, out: Out) -> Iterable:
    """Tune's results, a trial each."""
    from ray import tune  # not before `start_here`, which binds Ray to loopback
    from ray.air.integrations.mlflow import MLflowLoggerCallback
    from ray.tune.search.optuna import OptunaSearch

    optuna = OptunaSearch(
        plan.space.draw,
        metric=["sparsity", "fcd"],
        mode=["max", "min"],
        points_to_evaluate=list(plan.space.first),
        seed=plan.seed,
    )
    logger = MLflowLoggerCallback(tracking_uri=f"sqlite:///{out.mlflow_db}", experiment_name=plan.name)
    return tune.Tuner(
        tune.with_resources(tune.with_parameters(trial, plan=plan, evaluator=evaluator), {"cpu": 1}),
        tune_config=tune.TuneConfig(
            search_alg=optuna,
            num_samples=plan.trials or -1,
            time_budget_s=plan.seconds,
            max_concurrent_trials=plan.workers,
            reuse_actors=True,
        ),
        run_config=tune.RunConfig(name=plan.name, storage_path=str(out.root / "ray"), callbacks=[logger], verbose=0),
    ).fit()


def trial(config: dict, plan: Plan, evaluator: Evaluator) -> None:
    from ray import tune

    torch.set_num_threads(1)
    tune.report(tried(config, plan, evaluator))


def tried(config: dict, plan: Plan, evaluator: Evaluator) -> dict:
    """Train, prune once, score."""
    began = time.time()
    settings = plan.space.settings(config, evaluator.images.channels, plan.seed)
    pair = tutorial.begin(settings.model, settings.train)
    batches = tutorial.loader(evaluator.images.train.pixels, settings.train)
    random = torch.Generator().manual_seed(plan.seed)
    images = sum(tutorial.train_epoch(pair, batches, random) for _ in range(settings.train.epochs))
    dense = look_at(evaluator, pair.generator)
    weights = scored(pair.generator, settings, pair.outputs)
    net = pruned(pair.generator, weights, settings.prune.own[THRESHOLD], settings)
    drawn = evaluator.draw(net)
    found = judged(evaluator, net, drawn, dense)
    found |= found.pop("scores") | drift(dense.drawn, drawn) | {"dense_coverage": dense.coverage}
    return found | {"images": images, "began": began, "ended": time.time()}


def drift(dense: Tensor, drawn: Tensor) -> dict[str, float]:
    """Means over pairs of pictures, one pair at a time; of MS-SSIM's scales sewar takes those that fit."""
    halves = dense[:DRIFT_PAIRS], drawn[:DRIFT_PAIRS]
    pairs = [[picture.permute(1, 2, 0).numpy() for picture in pair] for pair in zip(*halves, strict=True)]
    return {
        "uqi": float(np.mean([sewar.uqi(x, y) for x, y in pairs])),
        "ssim": float(np.mean([sewar.ssim(x, y)[0] for x, y in pairs])),
        "ms_ssim": float(np.mean([sewar.msssim(x, y) for x, y in pairs])),
    }


def recorded(results: Iterable, records: Path) -> Path:
    """A line a trial, by the clock of the trial itself: nothing of this is part of the study's time."""
    whole = [result for result in results if result.metrics and "ended" in result.metrics]
    for number, result in enumerate(sorted(whole, key=lambda result: result.metrics["ended"])):
        found = result.metrics
        point = {name: found[name] for name in ("sparsity", "eligible", "dense_coverage")}
        point |= {"trial": number, "scores": {name: found[name] for name in METRICS if name in found}}
        write(records, "point", found["ended"], point=point)
        write(records, "ended", found["ended"], trial=number, began=found["began"], images=found["images"])
    return records


if __name__ == "__main__":
    run(given())
