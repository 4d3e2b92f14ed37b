"""A norm of the class's own: plain batch norm where all classes agree, and another where they do not."""

import torch
from torch import nn

from ganprune.models.conditional_norm import ConditionalNorm
from ganprune.models.initialise import initialise


def _norms() -> tuple[ConditionalNorm, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    norm = initialise(ConditionalNorm(3, 4), random)
    return norm, torch.randn(6, 4, 5, 5, generator=random)


def test_of_equal_classes_it_is_batch_norm():
    norm, x = _norms()
    plain = nn.BatchNorm2d(4)
    with torch.no_grad():
        norm.scale.weight.copy_(plain.weight.uniform_(0.5, 2).expand(3, 4))
        norm.shift.weight.copy_(plain.bias.uniform_(-1, 1).expand(3, 4))
    for train in (True, False):
        torch.testing.assert_close(plain.train(train)(x), norm.train(train)(x, torch.arange(6) % 3))


def test_each_picture_is_scaled_and_shifted_as_its_own_class_is():
    norm, x = _norms()
    before = norm.eval()(x, torch.arange(6) % 3)
    with torch.no_grad():
        norm.scale.weight[1] *= 2
        norm.shift.weight[1] += 1
    after = norm(x, torch.arange(6) % 3)
    torch.testing.assert_close(2 * before[1::3] + 1, after[1::3])
    assert torch.equal(before[::3], after[::3])


def test_it_begins_as_batch_norms_do():
    norm, _ = _norms()
    assert 0 < (norm.scale.weight - 1).abs().max() < 0.1
    assert not norm.shift.weight.any()
