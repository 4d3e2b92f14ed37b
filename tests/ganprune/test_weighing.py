"""What the CPU tells of a network beside the GPU: of the network as it was when it was handed over."""

import copy

import pytest
import torch
from safetensors.torch import load
from torch import nn

from ganprune.metrics.cost import cost
from ganprune.train import Training
from ganprune.weighing import Scales, weights_hash


@pytest.fixture
def generator(settings) -> nn.Module:
    return Training(settings.model, settings.train).dense_generator()


@pytest.fixture
def scales(evaluator) -> Scales:
    return Scales(evaluator.one_input)


def test_it_tells_costs_hash_and_file_of_the_very_network(scales, generator, evaluator):
    weighed = scales.weigh(generator, kept=True).result()
    assert cost(generator, evaluator.one_input) == weighed.costs
    assert weights_hash(generator) == weighed.weights
    assert all(torch.equal(generator.state_dict()[name], tensor) for name, tensor in load(weighed.stored).items())
    assert scales.weigh(generator).result().stored is None


def test_who_changes_the_network_meanwhile_changes_nothing_of_what_is_told(scales, generator):
    """Drawing and pruning go on at once."""
    before, changed = weights_hash(generator), []
    for _ in range(20):
        changed.append(scales.weigh(generator))
        with torch.no_grad():
            next(generator.parameters()).add_(1)
    hashes = [each.result().weights for each in changed]
    assert before == hashes[0]
    assert len(hashes) == len(set(hashes))


@pytest.mark.gpu
def test_of_a_gpus_network_it_tells_what_it_tells_of_its_copy_on_the_cpu(scales, generator):
    there = copy.deepcopy(generator).cuda()
    here, far = scales.weigh(generator, kept=True).result(), scales.weigh(there, kept=True).result()
    assert here == far
    with torch.cuda.stream(torch.cuda.Stream()):
        torch.cuda.current_stream().wait_stream(torch.cuda.default_stream())
        weighed = scales.weigh(there)
        there.requires_grad_(False)
        for weight in there.parameters():
            weight.zero_()
    assert here.weights == weighed.result().weights
