"""Paper 3's claim as arms: at a quarter of the MACs, density kept by two agents beside all that could do as well.

Whatever is not named in an arm is the same: the dense network it is cut from, the pictures a point, the MACs left. What
agents are shown is taken from the pictures of fine-tuning. One game for all knows no neighbourhoods: gates on both
networks as GCC has them (Li et al. 2021), without its rule for the discriminator's.
"""

from bisect import bisect_left
from math import sqrt

import torch

from ganprune.config import ModelSettings, TrialSettings
from ganprune.methods import METHODS
from ganprune.metrics import cost
from ganprune.models import build
from study.settings.arms import DENSE, SMALL, Arm, dense_arm, fine_tuned
from study.settings.comparison import Comparison, Group, by_truth

REMOVED = 0.75  # of the MACs
DENSITY, CHANNELS, LOT, TUNED = "density", "channels", "channels by lot", "dense (trained on)"
CONTROLS = {  # what each lacks
    "density (generator alone)": {"budget_d": 1.0},
    "density (no local moments)": {"moments": 0.0},
    "density (any neighbours)": {"neighbours": "random"},
    "L1 to the dense picture": {"match": "pixels"},
    "one game for all": {"neighbours": "random", "moments": 0.0},
}
UNSCALED = {"cyclegan"}  # models whose norms have no scale, so that the size of weights before them means little


def keep_density(whole: TrialSettings, pictures: int) -> Comparison:
    """Every arm cut from one dense network, but for those that were trained small."""
    tuned = fine_tuned(whole, pictures)
    small = small_arms(whole, REMOVED)
    arms = [dense_arm(whole), Arm(TUNED, tuned.with_prune(method="magnitude", own={}, targets=(0.0,)))]
    arms += [_channels(tuned, CHANNELS, "taylor" if whole.model.name in UNSCALED else "l1")]
    arms += [_density(tuned, DENSITY)] + [_density(tuned, name, **own) for name, own in CONTROLS.items()]
    arms += [_channels(tuned, LOT, "random"), *small]
    held = (CHANNELS, *CONTROLS, LOT, SMALL)
    title = f"{100 * REMOVED:g} % of the MACs gone"
    quality = Group(title, (DENSITY, *held), DENSITY, (LOT,), REMOVED, "macs", "macs")
    truth = [by_truth(quality)] if build(whole.model).translates else []
    return Comparison(tuple(arms), (quality, *truth, Group("as long without pruning", (DENSE, TUNED), DENSE)))


def _density(tuned: TrialSettings, name: str, **own) -> Arm:
    """Its discriminator is cut as well, but to the root of the share."""
    knobs = {"budget_d": sqrt(1 - REMOVED)} | own
    return _asked(tuned, name, "density", prunes_d=knobs["budget_d"] < 1, **knobs)


def _channels(tuned: TrialSettings, name: str, importance: str) -> Arm:
    return _asked(tuned, name, "channels", prunes_d=False, importance=importance)


def _asked(tuned: TrialSettings, name: str, method: str, prunes_d: bool, **own) -> Arm:
    knobs = METHODS[method].Settings(**own).model_dump()
    given = tuned.with_prune(method=method, own=knobs, targets_of="macs", discriminator=prunes_d)
    return Arm(name, METHODS[method].at(given, REMOVED), REMOVED)


def small_arms(whole: TrialSettings, share: float) -> list[Arm]:
    """Dense networks trained small from the start: the two widths between which this share of the MACs is gone."""
    widths, all_macs = range(1, whole.model.width + 1), macs(whole.model)

    def left(width: int) -> float:
        return macs(whole.model.model_copy(update={"width": width})) / all_macs

    above = bisect_left(widths, 1 - share, key=left)
    chosen = {widths[max(above - 1, 0)]: None, widths[above]: None}
    narrow = {width: whole.model.model_copy(update={"width": width}) for width in chosen}
    return [
        dense_arm(whole.model_copy(update={"model": model}), SMALL, round(1 - left(width), 3))
        for width, model in narrow.items()
    ]


def macs(model: ModelSettings) -> int:
    """That its generator executes for one picture."""
    gan = build(model)
    return cost.macs(cost.Built(gan.generator, list(gan.inputs(1, torch.Generator().manual_seed(0)).values())))
