"""Records what a replay needs of real trainings, for `bench/recorded/`: `python -m bench.record [--data-dir DATA_DIR]`.

A grid of settings of the digits-cpu space, one training seed, scored at the space's epochs with averaged and with raw
weights. Interrupted, it goes on where it was.
"""

import argparse
import csv
import gzip
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch import nn

from ganprune import seeds
from ganprune.data import load
from ganprune.evaluator import Evaluator
from ganprune.identity import TRAINING_VERSION
from ganprune.judge import FEW
from ganprune.masks import masked
from ganprune.methods import METHODS
from ganprune.metrics import quality
from ganprune.metrics.cost import sparsity
from ganprune.models.gan import recalibrate
from ganprune.store import write_whole
from ganprune.train import DivergedError, Training
from study.search.evaluators import make_evaluator
from study.search.feature_network import feature_net
from study.settings.arguments import asked
from study.settings.machine import this_machine, versions
from study.settings.plan import Plan, make_plan

DATASET, SPACE = "digits", "digits-cpu"
A_SIDE = 5  # the grid has so many values of lr_g and of lr_ratio
AVERAGED, RAW = WEIGHTS = ("averaged", "raw")  # ours, the DCGAN tutorial's; both with recalibrated batch norm
DENSE = "dense"  # in place of a method, where nothing is pruned
COLUMNS = ("threshold", "sparsity", "fcd", "fcd_screen", "fcd_report", "coverage", "coverage_report")
FOLDER = Path(__file__).parent / "recorded"
PARTS = Path("runs") / "recording" / DATASET


def main(data_dir: Path) -> None:
    plan = make_plan(asked({"DATASET": DATASET, "SPACE": SPACE, "DATA_DIR": data_dir}), None, this_machine())
    grid = list(product(values(plan, "lr_g"), values(plan, "lr_ratio")))
    missing = [corner for corner in grid if not part(corner).exists()]
    started = time.perf_counter()
    with get_context("spawn").Pool(plan.workers) as pool:
        for done, _ in enumerate(pool.imap_unordered(partial(record, plan), missing), 1):
            left = (time.perf_counter() - started) / done * (len(missing) - done)
            print(f"{done} of {len(missing)} trainings, {left / 60:.0f} minutes left", flush=True)
    write(plan, [json.loads(part(corner).read_text()) for corner in grid])


def values(plan: Plan, name: str) -> list[float]:
    """Of the grid: spread over the range of this setting, rounded as the space rounds it."""
    dimension = plan.space.search[name]
    return sorted({dimension.quantise(value) for value in np.geomspace(dimension.low, dimension.high, A_SIDE).tolist()})


def part(corner: tuple[float, float]) -> Path:
    return PARTS / "{:g}-{:g}.json".format(*corner)


def record(plan: Plan, corner: tuple[float, float]) -> None:
    """Train one setting up to the last epoch of the space, and write its rows with what they took."""
    torch.set_num_threads(1)
    search, report = evaluators(plan)
    drawn = {"lr_g": corner[0], "lr_ratio": corner[1], "epochs": plan.space.epochs[-1]}
    settings = plan.space.settings(drawn, search.images.channels, plan.seed)
    training = Training(settings.model, settings.train)
    rows, seconds = [], {"epochs": 0.0, "points": 0.0}
    try:
        while training.epoch < settings.train.epochs:
            with timed(seconds, "epochs"):
                training.train_epoch(search.pixels)
            if training.epoch in search.grid:
                at = {"lr_g": corner[0], "lr_ratio": corner[1], "epoch": training.epoch}
                with timed(seconds, "points"):
                    rows += [at | row for row in points(plan, training, drawn, search, report)]
    except DivergedError:
        pass  # the epochs that its rows lack say it
    told = {"rows": rows, "seconds": seconds, "epochs": training.epoch}
    write_whole(part(corner), json.dumps(told).encode())


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[name] += time.process_time() - started


def evaluators(plan: Plan) -> tuple[Evaluator, Evaluator]:
    """The study's own, and one with the pictures of `report` and other latents."""
    images = load(plan.dataset, plan.data_dir, side=plan.space.model.side)
    net = feature_net(images, PARTS, print)
    search, report = (
        make_evaluator(each, net, plan, PARTS) for each in (images, replace(images, search=images.report))
    )
    fresh = report.sample_inputs(report.n_samples, seeds.generator(plan.seed, "latents", "report"), images.report)
    return search, replace(report, inputs=fresh)


def networks(plan: Plan, training: Training, drawn: dict) -> Iterator[tuple[dict, nn.Module]]:
    """What both kinds of weights come to, dense and by every method at every target; with what names it."""
    for weights in WEIGHTS:
        whole = training.dense_generator(averaged=weights == AVERAGED)
        for method in plan.space.methods:
            settings = plan.space.settings(drawn | {"method": method}, training.model.channels, plan.seed)
            cut = METHODS[method].cut(whole, training, settings.prune)
            for target in settings.prune.targets:
                threshold = cut.threshold(target)
                if threshold is not None and (target > 0 or method == next(iter(plan.space.methods))):
                    named = {"weights": weights, "method": method if target else DENSE, "threshold": threshold}
                    net = cut.compact(masked(whole, cut.masks(threshold)), threshold)
                    recalibrate(net, training.recalibration_inputs())
                    yield named, net


def points(plan: Plan, training: Training, drawn: dict, search: Evaluator, report: Evaluator) -> Iterator[dict]:
    """A row a network; nothing of weights whose dense network counts as diverged."""
    diverged = set()
    for named, net in networks(plan, training, drawn):
        pictures = search.draw(net)
        seen, unseen = search.evidence(pictures, "classifier"), report.evidence(report.draw(net), "classifier")
        coverage = quality.coverage_alone(seen)
        if named["method"] == DENSE and search.has_diverged(pictures, coverage):
            diverged.add(named["weights"])
        if named["weights"] not in diverged:
            yield named | {
                "sparsity": sparsity(net).prunable,
                "fcd": quality.frechet_distance(seen),
                "coverage": coverage,
                "fcd_screen": search.fcd(pictures[:FEW]),
                "fcd_report": quality.frechet_distance(unseen),
                "coverage_report": quality.coverage_alone(unseen),
            }


def write(plan: Plan, parts: list[dict]) -> None:
    """The table, and beside it what it was made with."""
    rows = [row for each in parts for row in each["rows"]]
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows({name: _short(value) for name, value in row.items()} for row in rows)
    search, report = evaluators(plan)
    about = {
        "space": plan.space_name,
        "seed": plan.seed,
        "training": TRAINING_VERSION,
        "grid": {name: values(plan, name) for name in ("lr_g", "lr_ratio")},
        "epochs": plan.space.epochs,
        "images_per_epoch": plan.space.train.epoch_steps(len(search.images.train)) * plan.space.train.batch,
        "n_samples": {"fcd": plan.space.samples, "fcd_screen": FEW, "fcd_report": report.n_samples},
        "data": search.images.fingerprint,
        "features": search.net.hash,
        "fcd_gaussian": {"search": search.gaussian, "report": report.gaussian},
        "seconds": {
            "epoch": median(each["seconds"]["epochs"] / each["epochs"] for each in parts),
            "point": median(each["seconds"]["points"] / len(each["rows"]) for each in parts if each["rows"]),
        },
        "versions": versions(),
        "hardware": this_machine().record(),
    }
    write_whole(FOLDER / f"{DATASET}.csv.gz", gzip.compress(text.getvalue().encode(), mtime=0))
    write_whole(FOLDER / f"{DATASET}.json", (json.dumps(about, indent=2) + "\n").encode())


def _short(value: object) -> object:
    return f"{value:.5g}" if isinstance(value, float) else value


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--data-dir", type=Path, default=Path("data"))
    main(given.parse_args().data_dir)
