"""A made-up world for replays: smooth curves whose true values are known everywhere, not only where recorded."""

import math
from itertools import product

from bench.record import AVERAGED, DENSE, RAW
from bench.replay.table import Table
from bench.replay.world import Prices, World, without_recovery
from study.analysis.pareto import cost_axis
from study.settings.space_file import load_space

GAUSSIAN = 28.0
LR_G, LR_RATIO = (3e-4, 1e-3, 3e-3), (0.5, 2, 8)
EPOCHS = (40, 80, 120, 200)
SPARSITIES = (0.5, 0.75, 0.875, 0.9375, 0.97, 0.985)
UNIT = {"percentage": 100.0, "sensitivity": 2.5, "magnitude": 1.0}  # threshold / sparsity


def true_fcd(lr_g: float, lr_ratio: float, epoch: int, method: str, sparsity: float) -> float:
    """Linear in what the table is linear in, so that it must be found again exactly."""
    worse = {"percentage": 2.2, "sensitivity": 2.4, "magnitude": 2.0}[method] * float(cost_axis(sparsity))
    return 200 / epoch * math.exp(0.3 * math.log(lr_g / 1e-3) + 0.1 * math.log(lr_ratio / 2) + worse)


def row(lr_g: float, lr_ratio: float, epoch: int, weights: str, method: str, sparsity: float) -> dict:
    by = "magnitude" if method == DENSE else method
    fcd, coverage = true_fcd(lr_g, lr_ratio, epoch, by, sparsity), 0.9 * (1 - sparsity / 2)
    scores = {"fcd": fcd, "fcd_screen": 1.02 * fcd, "fcd_report": 1.05 * fcd}
    named = {"lr_g": lr_g, "lr_ratio": lr_ratio, "epoch": epoch, "weights": weights, "method": method}
    place = {"threshold": sparsity * UNIT[by], "sparsity": sparsity}
    return named | place | scores | {"coverage": coverage, "coverage_report": coverage}


def rows() -> list[dict]:
    trainings = list(product(LR_G, LR_RATIO, EPOCHS, (AVERAGED, RAW)))
    dense = [row(*each, DENSE, 0.0) for each in trainings]
    return dense + [row(*each, *pruned) for each in trainings for pruned in product(UNIT, SPARSITIES)]


def world() -> World:
    space = without_recovery(load_space("digits-cpu"))
    return World(Table(rows(), []), space, Prices(1152, 0.2, 0.1), {"search": GAUSSIAN, "report": GAUSSIAN})
