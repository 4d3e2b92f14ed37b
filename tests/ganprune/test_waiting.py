"""What is read from a device at once is what would be read one by one."""

import torch

from ganprune.waiting import read


def test_scalars_read_together_are_those_read_one_by_one():
    values = {name: torch.rand((), dtype=torch.float64) / 3 for name in ("a", "b", "c")}
    assert {name: value.item() for name, value in values.items()} == read(values)
