"""How the studies of `bench` are judged, whoever ran them: the pictures, network, latents and rules that are ours."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import Tensor, nn

from ganprune import seeds
from ganprune.config import TARGET_SPARSITIES, TrialSettings
from ganprune.cost_axis import cost_axis, sparsity_at
from ganprune.data import load
from ganprune.evaluator import Evaluator
from ganprune.masks import masked
from ganprune.methods import METHODS
from ganprune.methods.scored import ScoredWeights, scored_weights
from ganprune.metrics import quality
from ganprune.metrics.cost import sparsity
from ganprune.models import build
from ganprune.models.gan import recalibrate
from ganprune.training_state import RECALIBRATION_PICTURES
from study.records.paths import Out
from study.search.evaluators import make_evaluator
from study.search.feature_network import feature_net
from study.settings.arguments import Asked
from study.settings.machine import this_machine
from study.settings.plan import Plan, make_plan

# What an expert sweeps: as many sparsities as our curves end up with, evenly spread over the same range.
SWEPT = tuple(sparsity_at(cost) for cost in np.linspace(0, cost_axis(max(TARGET_SPARSITIES)), 15).tolist())


@dataclass(frozen=True)
class Dense:
    """A generator before pruning, as the eligibility of what is made of it asks to know it."""

    drawn: Tensor  # of `Evaluator.draw`
    coverage: float
    failed: bool


@dataclass(frozen=True)
class Mark:
    """A scored point of any study, and when its score was known."""

    time: float  # seconds since 1970
    sparsity: float
    scores: dict[str, float]
    eligible: bool


def prepared(given: Asked) -> tuple[Plan, Evaluator]:
    """What `make study` would make of the same variables."""
    plan = make_plan(given, None, this_machine())
    images = load(plan.dataset, plan.data_dir, plan.space.model.side)
    store = Out(given.out).store
    return plan, make_evaluator(images, feature_net(images, store, print), plan, store)


def scored(net: nn.Module, settings: TrialSettings, outputs: Collection[str]) -> ScoredWeights:
    """The weights of a network by the method of these settings, those of its output layers left whole."""
    random = seeds.generator(settings.train.seed, "pruning")
    return scored_weights(net, METHODS[settings.prune.method].score, random, outputs)


def pruned(dense: nn.Module, weights: ScoredWeights, threshold: float, settings: TrialSettings) -> nn.Module:
    """A pruned copy, batch norm recalibrated: both rules of fairness (the output layer is left whole)."""
    net = masked(dense, weights.masks(threshold))
    random = seeds.generator(settings.train.seed, "recalibration")
    recalibrate(net, build(settings.model).inputs(RECALIBRATION_PICTURES, random))
    return net


def look_at(evaluator: Evaluator, dense: nn.Module) -> Dense:
    drawn = evaluator.draw(dense)
    coverage = evaluator.quality(drawn)["coverage"]
    return Dense(drawn, coverage, evaluator.has_diverged(drawn, coverage))


def judged(evaluator: Evaluator, net: nn.Module, drawn: Tensor, dense: Dense) -> dict:
    """Sparsity, scores and eligibility of a network that drew these pictures, as our own points have them."""
    scores = evaluator.quality(drawn)
    full = evaluator.n_samples
    allowed = quality.eligible(scores["skill"], scores["coverage"], dense.coverage, len(drawn), full)
    return {"sparsity": sparsity(net).prunable, "scores": scores, "eligible": allowed and not dense.failed}


def write(records: Path, kind: str, time: float, **payload) -> None:
    """A line of a baseline's records, which are read as ours are."""
    records.parent.mkdir(parents=True, exist_ok=True)
    with records.open("a") as file:
        file.write(json.dumps({"kind": kind, "time": time, **payload}) + "\n")


def marks(records: Path) -> list[Mark]:
    """The points of a study so far, in the order of time; of a baseline or of ours."""
    text = records.read_text() if records.exists() else ""
    lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
    points = [(line["time"], line["point"]) for line in lines if line["kind"] == "point"]
    found = [Mark(time, point["sparsity"], point["scores"], point["eligible"]) for time, point in points]
    return sorted(found, key=lambda mark: mark.time)
