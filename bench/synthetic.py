"""Studies that train nothing: records shaped like real ones, for tests and for measuring ourselves at any size."""

import math
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np

from ganprune.config import TARGET_SPARSITIES, ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.null_names import RANDOM_CONTROL
from ganprune.point import NullLine, Point, point_id
from ganprune.threshold import THRESHOLD
from study.records.journal import Records

METHODS = {"percentage": (30, 98), "sensitivity": (0.25, 2.5), "magnitude": (0.5, 0.99)}  # as digits-cpu draws them
AT_ONE = {"percentage": 100, "sensitivity": 3, "magnitude": 1}  # the threshold that would take all weights
GAUSSIAN_FCD = 8.0
BEGAN, SECONDS_A_LINE = 1.8e9, 2.0

HEADER = {
    "name": "synthetic",
    "spec": {"dataset": "digits", "space": "digits-cpu", "quality": "fcd", "seed": 0, "samples": 1000},
    "data": {
        "name": "digits",
        "fingerprint": "0123456789abcdef",
        "classes": 10,
        "train": 1197,
        "search": 300,
        "report": 300,
        "side": 16,
        "crop": 16,
        "channels": 1,
        "indicative": False,
        "problems": [],
    },
    "features": {"hash": "abcdef012345", "trained_on": "classes", "accuracy": 0.97},
    "versions": {"python": "3.11", "torch": "2.13.0", "ray": "2.60.0", "optuna": "5.0.0", "mlflow": "3.17.2"},
    "hardware": {"cpu": "synthetic", "cores": 2, "gpus": []},
}


def write_study(path: Path, trials: int, seed: int = 0) -> Records:
    """Records of `trials` synthetic trials at `path`; one in ten diverges."""
    numbers = np.random.default_rng(seed)
    records = Records(path, clock=partial(next, count(BEGAN, SECONDS_A_LINE)))
    with records.together():
        records.study(**HEADER)
        records.write("call", trials=trials, seconds=None)
        for null in _nulls():
            records.null(null)
        for number in range(trials):
            _write_trial(records, number, numbers)
    return records


def _nulls() -> list[NullLine]:
    level = {"real against real": 0.05, "PCA-Gaussian": GAUSSIAN_FCD, "16 real pictures repeated": 3.2}
    lines = [NullLine(name, name, None, _scores(fcd, 1.0), 1000) for name, fcd in level.items()]
    drift = NullLine(
        "unrelated pairs", "real pictures paired at random", None, {"uqi": 0.02, "ssim": 0.05, "ms_ssim": 0.1}
    )
    random = [NullLine(RANDOM_CONTROL, "same layers, random weights", s, _scores(4 + 30 * s, 0.4)) for s in (0.5, 0.9)]
    return [*lines, drift, *random]


def _write_trial(records: Records, number: int, numbers: np.random.Generator) -> None:
    method = list(METHODS)[numbers.integers(len(METHODS))]
    low, high = METHODS[method]
    lr_g, ratio = 3e-4 * 10 ** numbers.random(), 2 ** numbers.uniform(-1, 3)
    threshold = float(numbers.uniform(low, high))
    drawn = {
        "method": method,
        "lr_g": lr_g,
        "lr_ratio": ratio,
        "epochs": int(numbers.choice([40, 80, 120])),
        "recovery_steps": 0,
        f"{method}.threshold": threshold,
    }
    settings = TrialSettings(
        model=ModelSettings(width=16, side=16, channels=1),
        train=TrainSettings(lr_g=lr_g, lr_d=lr_g / ratio, epochs=drawn["epochs"]),
        prune=PruneSettings(method=method, own={THRESHOLD: threshold}),
    )
    records.asked(number, settings, drawn)
    if numbers.random() < 0.1:
        records.ended(number, "diverged", 10.0, 40 * 1197, "loss is not finite")
        return
    for point in curve_of(number, settings):
        records.point(point)
    records.ended(number, "completed", 20.0, drawn["epochs"] * 1197)


def curve_of(number: int, settings: TrialSettings) -> list[Point]:
    """A made-up curve, the same for the same number: flat, then steep."""
    numbers = np.random.default_rng(number)
    dense_fcd, own = 2 + 2 * numbers.random(), 0.4 + 0.55 * numbers.random()
    curve = [(target, target) for target in TARGET_SPARSITIES] + [(None, own)]
    return [_point(number, settings, target, sparsity, dense_fcd) for target, sparsity in curve]


def _point(number: int, settings: TrialSettings, target: float | None, sparsity: float, dense_fcd: float) -> Point:
    method, epochs = settings.prune.method, settings.train.epochs
    threshold = settings.prune.own[THRESHOLD] if target is None else round(AT_ONE[method] * target, 4)
    fcd = dense_fcd * (1 + 0.002 * math.exp(6.5 * sparsity))
    scores = _scores(fcd, math.exp(-2 * sparsity)) | _cost(sparsity)
    return Point(
        id=point_id(number, method, {THRESHOLD: threshold}, epochs),
        trial=number,
        method=method,
        threshold=threshold,
        epoch=epochs,
        target=target,
        sparsity=sparsity,
        sparsity_all=sparsity * 0.99,
        layers={"0": sparsity, "3": sparsity, "6": 0.0},
        scores=scores,
        drift={name: _spread(scores[name]) for name in ("uqi", "ssim", "ms_ssim", "uqi_sewar")},
        fcd_stale=fcd * 1.3,
        n_samples=1000,
        eligible=scores["skill"] > 0,
        weights="0" * 12,
        seconds=0.5,
    )


def _scores(fcd: float, likeness: float) -> dict[str, float]:
    return {
        "fcd": fcd,
        "kcd": fcd / 20,
        "precision": 0.6 * likeness,
        "recall": 0.5 * likeness,
        "density": 0.7 * likeness,
        "coverage": 0.6 * likeness,
        "skill": 1 - fcd / GAUSSIAN_FCD,
        "uqi": likeness,
        "ssim": likeness,
        "ms_ssim": likeness,
        "uqi_sewar": 0.5 + 0.5 * likeness,
    }


def _cost(sparsity: float) -> dict[str, float]:
    params = 59_744
    return {
        "params": params,
        "nonzero_params": round(params * (1 - sparsity)),
        "macs": 1_000_000,
        "macs_nonzero": round(1_000_000 * (1 - sparsity)),
        "bytes": 4 * params,
        "bytes_compressed": round(3.7 * params * (1 - sparsity)),
    }


def _spread(mean: float) -> dict[str, float]:
    return {"mean": mean, "median": mean, "min": mean / 2, "max": 1.0, "variance": 0.01, "std": 0.1}
