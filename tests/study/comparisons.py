"""A comparison whose trials ended as a test says, without any training."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from ganprune.methods import METHODS
from ganprune.point import Point, point_id
from study.analysis.compared import Compared
from study.records.journal import Records
from study.records.listed import Listed
from study.settings.arms import DENSE
from study.settings.comparison import compare_methods, methods_of

PICTURES = 640
WHOLE = TrialSettings(model=ModelSettings(width=16, side=16), train=TrainSettings(epochs=8, batch=64))
SHARES = (0.5, 0.75)
DATA = {"name": "toy", "fingerprint": "f", "classes": 0, "train": PICTURES, "channels": 1}
HEADER = {"name": "toy", "spec": {"quality": "fcd"}, "data": DATA, "versions": {}, "hardware": {}}
Score = Callable[[str, float | None, int], float | None]  # of an arm, what it was asked for, a seed; None: it diverged


def compared(
    path: Path,
    score: Score,
    seeds: int = 5,
    methods: tuple[str, ...] = ("magnitude", "channels"),
    more: Callable[[float], Mapping[str, float]] = lambda fcd: {},
) -> Compared:
    """`score`: what each arm came to; `more`: what else its point scores."""
    comparison = compare_methods(WHOLE, methods_of(methods), SHARES, PICTURES)
    records = Records(path, clock=lambda: 1e9)
    records.study(**HEADER)
    for seed in range(seeds):
        for arm in comparison.arms:
            fcd = score(arm.name, arm.asked, seed)
            add(records, arm.listed(seed), arm.name, fcd, **(more(fcd) if fcd else {}))
    return Compared(records.log, comparison, tuple(range(seeds)), PICTURES)


def add(records: Records, listed: Listed, name: str, fcd: float | None, **scores: float) -> None:
    """A trial with the one point that its settings ask for."""
    number = len(records.log.trials)
    records.asked(number, listed.settings, listed.drawn)
    if fcd is not None:
        records.point(_point(number, listed, name, fcd, scores))
    records.ended(number, "diverged" if fcd is None else "completed", 1.0, 1)


def _point(number: int, listed: Listed, name: str, fcd: float, scores: Mapping[str, float]) -> Point:
    settings, asked = listed.settings, listed.drawn["asked"] or 0.0
    small = METHODS[settings.prune.method].structured or settings.model != WHOLE.model
    left = 1 - asked if small else 1.0
    prune = settings.prune
    return Point(
        id=point_id(number, prune.method, {"threshold": asked}, settings.train.epochs),
        trial=number,
        method=prune.method,
        threshold=asked,
        epoch=settings.train.epochs,
        target=asked,
        sparsity=0.0 if settings.model != WHOLE.model else asked,
        sparsity_all=asked,
        layers={},
        scores={"fcd": fcd, "skill": 0.5, "params": 1000 * left, "macs": 8000 * left, **scores},
        drift={},
        fcd_stale=None,
        n_samples=100,
        eligible=True,
        weights="0",
        seconds=0.1,
        images=prune.recovery_steps * settings.train.batch if prune.recovers else 0,
        gap=[0.5, 0.25 * (1 + asked)] if prune.recovers else [],
    )


def usual(arm: str, asked: float | None, seed: int) -> float:
    """Magnitude better than percentage, channels worse, and every seed with luck of its own."""
    if arm == DENSE:
        return 4 + 0.1 * seed
    factor = {"percentage": 1.5, "magnitude": 1.2, "channels": 1.8, "random": 2.2}.get(arm, 1.6)
    return (4 + 0.1 * seed) * factor * (1 + 0.01 * ((seed * 7 + len(arm)) % 5)) * (1 + (asked or 0))
