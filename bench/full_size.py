"""CIFAR-10 at the size of a GPU, prepared once for all figures that need it."""

from functools import cache

import torch

from bench.cifar10 import data_dir
from bench.yardstick import prepared
from ganprune.evaluator import Evaluator
from study.settings.arguments import asked
from study.settings.plan import Plan

SPACE = "cifar10-gpu"


@cache
def full_size() -> tuple[Plan, Evaluator] | None:
    """What `make study` would make of it, on a GPU where there is one; None where there are no pictures."""
    folder = data_dir()
    if folder is None:
        return None
    plan, evaluator = prepared(asked({"DATASET": "cifar10", "SPACE": SPACE, "DATA_DIR": folder}))
    return plan, evaluator.on("cuda" if torch.cuda.is_available() else "cpu")
