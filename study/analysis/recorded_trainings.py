"""Trainings that were recorded once for all, as far as they tell studies of the same data and size of short ones.

`bench/short_trainings.py` made the files, of what `bench/recorded/` holds.
"""

import json
from collections.abc import Mapping
from itertools import combinations, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from ganprune.config import ModelSettings, TrainSettings
from ganprune.objective import SPARSITY
from study.analysis.short_trainings import Seen

FOLDER = Path(__file__).with_name("recorded")
SEARCHED = {"lr_g", "lr_ratio", "epochs"}  # of what decides a training, in all that is recorded


def recorded_like(header: Mapping[str, Any]) -> list[Seen]:
    """Those of the same pictures, judged by the same network and objectives, of networks of the same size."""
    worlds = (json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json")))
    return [seen for world in worlds if _is_like(world["like"], header) for seen in seen_in(world["rows"])]


def _is_like(world: dict[str, Any], header: Mapping[str, Any]) -> bool:
    if header.get("features", {}).get("hash") != world["features"]:
        return False
    spec = header["spec"]
    space = spec["searched"]
    decides = ModelSettings.model_fields.keys() | TrainSettings.model_fields.keys() | {"lr_ratio"}
    return (
        (spec.get("cost", SPARSITY), spec["quality"]) == (SPARSITY, "fcd")
        and space["search"].keys() & decides <= SEARCHED
        and ModelSettings(**space["model"]) == ModelSettings(**world["model"])
        and TrainSettings(**space["train"]) == TrainSettings(**world["train"])
    )


def seen_in(rows: list[list]) -> list[Seen]:
    """Of rows of setting, seed, method, epoch, and the standing there by a look and by a whole curve."""
    of_one = itemgetter(0, 1, 2)
    curves = [list(curve) for _, curve in groupby(sorted(rows), key=of_one)]
    return [_seen(early, late) for curve in curves for early, late in combinations(curve, 2)]


def _seen(early: list, late: list) -> Seen:
    setting, seed, _, epoch, *look, _, _ = early
    return Seen((setting, seed), setting, (epoch, late[3]), tuple(look), tuple(late[-2:]))
