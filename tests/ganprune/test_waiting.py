"""What is read from a device at once is what would be read one by one."""

from copy import deepcopy

import torch
from torch import nn

from ganprune.waiting import copy_to_cpu, read


def test_scalars_read_together_are_those_read_one_by_one():
    values = {name: torch.rand((), dtype=torch.float64) / 3 for name in ("a", "b", "c")}
    assert {name: value.item() for name, value in values.items()} == read(values)


def test_numbers_stay_and_all_keep_their_places():
    assert [("a", 1), ("b", 0.5), ("c", 2.0)] == [*read({"a": 1, "b": torch.tensor(0.5), "c": 2.0}).items()]
    assert {"a": 1} == read({"a": 1})


def test_a_network_on_its_way_to_the_cpu_is_the_one_of_that_moment():
    net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3)).to(memory_format=torch.channels_last)
    before, arriving = deepcopy(net.state_dict()), copy_to_cpu(net)
    nn.init.zeros_(net[0].weight)
    copied = arriving()
    assert all(torch.equal(before[name], tensor) for name, tensor in copied.state_dict().items())
    assert isinstance(copied[0].weight, nn.Parameter)
    assert copied[0].weight.is_contiguous(memory_format=torch.channels_last)
