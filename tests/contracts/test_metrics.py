"""Every member of the shelf of metrics: documented, computed under its name, and better in the direction it says."""

import math

import pytest
import torch
from torch import Generator, Tensor, nn

from ganprune.metrics import METRICS, measured, views
from ganprune.metrics.cost import cost, sparsity
from ganprune.metrics.evidence import Evidence, View
from ganprune.metrics.quality import skill
from ganprune.objective import COSTS, qualities
from ganprune.point import Latency

LATENCY = {"latency_ms", "latency_dense_ms", "latency_noise"}
FAMILIES = {
    "quality": {"fcd", "kcd", "precision", "recall", "density", "coverage", "skill", "fid", "kid", "inception_score"}
    | {"class_share", "class_fcd", "share_of_target"},
    "truth": {"l1", "psnr", "ssim_true"},
    "change": {"change", "cycle"},
    "drift": {"uqi", "ssim", "ms_ssim", "uqi_sewar"},
    "cost": {"params", "nonzero_params", "macs", "macs_nonzero", "bytes", "bytes_compressed", "sparsity"}
    | {"macs_published"}
    | LATENCY,
}


def _random(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=Generator().manual_seed(seed))


def _quality(fake: Tensor, logits: Tensor) -> dict[str, float]:
    """As if every network saw the same, and all pictures were of one class."""
    source = View(3 + 0.1 * _random(300, 16, seed=2).double())
    asked, classes = torch.zeros(len(fake), dtype=torch.long), torch.zeros(500, dtype=torch.long)
    known = View(_random(500, 16, seed=0).double(), None, classes)
    seen = Evidence(known, View(fake.double(), logits, asked), source)
    scores = measured("quality", seen, view="classifier") | measured("quality", seen, view="inception")
    return scores | {"skill": skill(scores["fcd"], gaussian=100.0)}


def _pairs(x: Tensor, y: Tensor) -> dict[str, float]:
    families = (measured(family, x, y) for family in ("drift", "truth", "change"))
    scores = {name: values.mean().item() for found in families for name, values in found.items()}
    return scores | {"cycle": scores["change"]}  # told by who knows the network of the way back


def _cost(width: int, zeros: int) -> dict[str, float]:
    layers = [nn.ConvTranspose2d(8, width, 4), nn.BatchNorm2d(width), nn.ConvTranspose2d(width, 3, 8, 8)]
    generator = nn.Sequential(*layers)
    layers[0].weight.data[:zeros] = 0
    latency = Latency(0, "", width, 1.0, width, width, 1, "").scores
    return cost(generator, [torch.zeros(1, 8, 1, 1)]) | latency | {"sparsity": sparsity(generator).prunable}


@pytest.fixture(scope="module")
def good() -> dict[str, float]:
    """Real against real; a picture that did not change; a thin generator, half of it zero."""
    sure = 20 * torch.eye(1008)[torch.arange(300) % 10]
    pictures = torch.randint(256, (3, 3, 32, 32), dtype=torch.uint8, generator=Generator().manual_seed(0))
    return _quality(_random(300, 16, seed=1), sure) | _pairs(pictures, pictures) | _cost(4, zeros=4)


@pytest.fixture(scope="module")
def bad() -> dict[str, float]:
    """Noise against real; another picture; a wide dense generator."""
    first, second = torch.randint(256, (2, 3, 3, 32, 32), dtype=torch.uint8, generator=Generator().manual_seed(0))
    noise = 3 + 0.1 * _random(300, 16, seed=1)
    of_another = torch.zeros(300, 1008).index_fill(1, torch.tensor(7), 1)
    return _quality(noise, of_another) | _pairs(first, second) | _cost(512, zeros=0)


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_better_in_the_direction_it_says(name: str, good: dict, bad: dict):
    assert math.isfinite(good[name])
    assert math.isfinite(bad[name])
    better = METRICS[name].better
    assert better == "neither" or (good[name] < bad[name] if better == "lower" else good[name] > bad[name])


@pytest.mark.parametrize("name", sorted(FAMILIES["drift"]))
def test_an_unchanged_picture_has_drift_1_the_most_there_is(name: str, good: dict, bad: dict):
    assert good[name] == pytest.approx(1, abs=1e-5)
    assert bad[name] < 1


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_has_a_title_of_its_own_and_a_family(name: str):
    metric = METRICS[name]
    assert metric.title
    assert [metric.title] == [other.title for other in METRICS.values() if other.title == metric.title]
    assert name in FAMILIES[metric.family]


def test_what_is_computed_is_what_is_listed(good: dict):
    assert good.keys() == METRICS.keys() == set().union(*FAMILIES.values())


def test_zeros_lower_what_counts_non_zero_weights_and_nothing_else():
    dense, pruned = _cost(16, zeros=0), _cost(16, zeros=4)
    lower = {name for name in dense if pruned[name] < dense[name]}
    assert lower == {"nonzero_params", "macs_nonzero", "bytes_compressed"}
    assert pruned["sparsity"] > dense["sparsity"] == 0


def test_every_distance_to_real_pictures_may_be_an_objective_and_nothing_else():
    assert {"fcd", "kcd", "fid", "kid"} == {*qualities()}
    for name, quality in qualities().items():
        metric = METRICS[quality.metric]
        assert (name, "quality", "lower", metric.noise) == (quality.metric, metric.family, metric.better, quality.noise)


def test_what_is_told_of_classes_is_left_out_where_none_were_asked_for():
    seen = Evidence(View(_random(300, 16, seed=0).double()), View(_random(300, 16, seed=1).double()))
    told = measured("quality", seen, view="classifier")
    assert {name for name, metric in METRICS.items() if metric.classes} == {"class_share", "class_fcd"}
    assert not {"class_share", "class_fcd"} & told.keys()


def test_inception_looks_only_where_the_objective_asks_it_to():
    assert ["classifier"] == views("fcd") == views("kcd")
    assert ["classifier", "inception"] == views("fid") == views("kid")


@pytest.mark.parametrize("name", COSTS)
def test_a_cost_that_may_be_an_objective_is_lower_or_is_sparsity_and_can_be_searched(name):
    metric, cost = METRICS[COSTS[name].metric], COSTS[name]
    assert ("cost", "higher" if name == "sparsity" else "lower") == (metric.family, metric.better)
    assert not cost.searched or not COSTS[cost.searched].searched
