"""One yardstick for all studies: what may stand on the front, whoever made it."""

import pytest

from bench.yardstick import Dense, judged
from ganprune.models import build
from ganprune.models.initialise import initialise
from ganprune.seeds import generator


@pytest.mark.parametrize(
    ("coverage", "failed", "pictures", "eligible"),
    [
        (0.5, False, 100, True),
        (0.5, True, 100, False),  # the dense model draws one kind of picture
        (0.5, False, 99, False),  # not the full number
        (2.5, False, 100, False),  # less than half of the dense model's coverage
    ],
)
def test_pictures_as_good_as_real_are_eligible_by_our_rule(coverage, failed, pictures, eligible, prepared_digits):
    plan, evaluator = prepared_digits
    real = evaluator.images.report.tensors()[0]
    net = initialise(build(plan.space.model.model_copy(update={"channels": 1})).generator, generator(0))
    found = judged(evaluator, net, real[:pictures], Dense(real, coverage, failed))
    assert eligible == found["eligible"]
    assert found["scores"]["skill"] > 0.5
    assert 0 == found["sparsity"]
