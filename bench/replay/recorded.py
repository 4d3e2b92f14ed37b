"""The worlds of `bench/recorded/`: digits on two cores, full-size CIFAR-10 on an H100."""

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from bench.record import AVERAGED, COLUMNS, DENSE, FOLDER, WEIGHTS
from bench.replay.table import Table
from bench.replay.world import Prices, World, without_recovery
from ganprune.config import RUNG_TARGETS
from ganprune.metrics import quality
from study.analysis.recorded_trainings import seen_in
from study.analysis.standing import corners_of, standing
from study.settings.space import Space
from study.settings.space_file import load_space

DIGITS, H100 = WORLDS = ("digits", "cifar10-h100")
NEAR = 0.005  # so far from a look's target a measured sparsity may be

Training = tuple  # what it was trained with, and which of those that were trained alike


@dataclass(frozen=True)
class Recording:
    about: dict[str, Any]
    rows: list[dict[str, Any]]  # a scored network each

    @property
    def space(self) -> Space:
        """As it was recorded in: today's, within the recorded ranges."""
        space = load_space(self.about["space"])
        ranges = self.about.get("search", {})
        if not ranges:
            return without_recovery(space)
        search = {name: part.model_copy(update=ranges.get(name, {})) for name, part in space.search.items()}
        return without_recovery(space.model_copy(update={"search": search, "first": ()}))

    @property
    def pruned(self) -> list[Training]:
        """The trainings that have curves."""
        return sorted({_training(row) for row in self.rows if row["method"] != DENSE})

    def without(self, left_out: Training) -> "Recording":
        return replace(self, rows=[row for row in self.rows if _training(row) != left_out])

    def standings(self) -> list[list]:
        """As `study.analysis.recorded_trainings` reads them: how trainings stood, by each method that pruned them."""
        scored: dict[tuple, dict[float, dict]] = defaultdict(dict)
        for row in self.rows:
            for target in RUNG_TARGETS:
                if row["weights"] == AVERAGED and abs(row["sparsity"] - target) < NEAR:
                    scored[*_training(row), row["method"], row["epoch"]][target] = row
        curves = {of: looked | scored[*of[:3], DENSE, of[4]] for of, looked in scored.items() if of[3] != DENSE}
        return [self._standing(of, looked) for of, looked in sorted(curves.items())]

    def _standing(self, of: tuple, looked: dict[float, dict]) -> list:
        lr_g, lr_ratio, which, method, epoch = of
        few, full = (self._reached(looked, score) for score in ("fcd_screen", "fcd"))
        return [f"{lr_g:g}-{lr_ratio:g}", which, method, epoch, *few, *full]

    def _reached(self, looked: dict[float, dict], score: str) -> list[float]:
        gaussian = self.about["fcd_gaussian"]["search"]
        skills = {target: quality.skill(row[score], gaussian) for target, row in looked.items()}
        return [round(part, 4) for part in standing(corners_of(skills))]


def recording(name: str, folder: Path = FOLDER) -> Recording:
    about = json.loads((folder / f"{name}.json").read_text())
    text = gzip.decompress((folder / f"{name}.csv.gz").read_bytes()).decode()
    return Recording(about, [_typed(row) for row in csv.DictReader(io.StringIO(text))])


def recorded(name: str = DIGITS, folder: Path = FOLDER) -> World:
    return world_of(recording(name, folder))


def each_left_out(name: str) -> Iterator[World]:
    """The worlds that lack one training."""
    whole = recording(name)
    return (world_of(whole.without(training)) for training in whole.pruned)


def world_of(known: Recording) -> World:
    about = known.about
    prices = Prices(about["images_per_epoch"], about["seconds"]["epoch"], about["seconds"]["point"])
    table = Table(_one_of_a_setting(known.rows), _lost(known))
    seen = tuple(seen_in(known.standings()))
    return World(table, known.space, prices, about["fcd_gaussian"], about.get("channels", 1), seen)


def _one_of_a_setting(rows: list[dict]) -> list[dict]:
    """The first training with curves of each setting: a table has but one."""
    pruned = sorted({_training(row) for row in rows if row["method"] != DENSE}, reverse=True)
    first = {training[:2]: training for training in pruned}
    return [row for row in rows if _training(row) == first.get(_training(row)[:2])]


def _lost(known: Recording) -> list[dict]:
    """What of a whole grid is missing has diverged."""
    if "grid" not in known.about:
        return []
    settings = product(*known.about["grid"].values(), known.about["epochs"], WEIGHTS)
    names = "lr_g", "lr_ratio", "epoch", "weights"
    there = {tuple(row[name] for name in names) for row in known.rows}
    return [dict(zip(names, each, strict=True)) for each in settings if each not in there]


def _typed(row: dict[str, str]) -> dict[str, Any]:
    numbers = {name: float(row[name]) for name in (*COLUMNS, "lr_g", "lr_ratio")}
    return row | numbers | {"epoch": int(row["epoch"]), "n": int(row.get("n", 0))}


def _training(row: dict[str, Any]) -> Training:
    return row["lr_g"], row["lr_ratio"], row["n"]
