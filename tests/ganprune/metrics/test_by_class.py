"""Per-class quality: pictures of the right kind under the wrong label are found out, and too few tell nothing."""

import pytest
import torch
from torch import Tensor

from ganprune.metrics.by_class import FEWEST_DRAWN, FEWEST_REAL, class_frechet_distance, class_share
from ganprune.metrics.evidence import Evidence, View
from ganprune.metrics.quality import frechet_distance

CENTRES = torch.tensor([[0.0, 0, 0], [8, 0, 0]], dtype=torch.float64)


def _features(labels: Tensor, seed: int) -> Tensor:
    noise = torch.randn(len(labels), 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return CENTRES[labels] + noise


def _labels(of_each: int) -> Tensor:
    return torch.arange(2).repeat(of_each)


def _seen(drawn_as: Tensor, real: int = FEWEST_REAL, logits: Tensor | None = None) -> Evidence:
    """`drawn_as`: the class that each is drawn like; they were asked for in turn."""
    asked = _labels(len(drawn_as) // 2)
    known = View(_features(_labels(real), seed=0), None, _labels(real))
    return Evidence(known, View(_features(drawn_as, seed=1), logits, asked))


def test_the_share_is_of_those_that_the_classifier_puts_into_the_class_asked_for():
    logits = torch.tensor([[2.0, 1], [0, 3], [2, 1], [3, 0]])
    assert 0.75 == class_share(_seen(_labels(2), logits=logits)).item()


def test_classes_that_are_swapped_are_far_though_all_together_they_are_near():
    right, swapped = (class_frechet_distance(_seen(labels)) for labels in (_labels(500), 1 - _labels(500)))
    assert right < 0.2
    assert swapped == pytest.approx(64, rel=0.1)
    assert frechet_distance(_seen(1 - _labels(500))) < 0.2


def test_it_is_the_mean_of_the_distances_of_the_classes():
    seen = _seen(_labels(200))
    each = [
        frechet_distance(Evidence(*(View(side.rows[side.labels == label]) for side in (seen.real, seen.drawn))))
        for label in (0, 1)
    ]
    assert class_frechet_distance(seen) == pytest.approx(sum(each) / 2)


@pytest.mark.parametrize(("real", "drawn"), [(FEWEST_REAL - 1, FEWEST_DRAWN), (FEWEST_REAL, FEWEST_DRAWN - 1)])
def test_of_too_few_of_a_class_no_distance_is_told(real, drawn):
    assert class_frechet_distance(_seen(_labels(drawn), real)) is None
    assert class_frechet_distance(_seen(_labels(FEWEST_DRAWN))) is not None


def test_a_view_keeps_the_labels_of_the_pictures_that_it_keeps():
    kept = _seen(_labels(4)).drawn[torch.tensor([1, 3, 4])]
    assert [1, 1, 0] == kept.labels.tolist()
    assert {0, 1} == kept.by_class.keys()
