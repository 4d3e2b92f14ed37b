"""What is read from a device at once is what would be read one by one."""

import torch

from ganprune.waiting import read


def test_scalars_read_together_are_those_read_one_by_one():
    values = {name: torch.rand((), dtype=torch.float64) / 3 for name in ("a", "b", "c")}
    assert {name: value.item() for name, value in values.items()} == read(values)


def test_numbers_stay_and_all_keep_their_places():
    assert [("a", 1), ("b", 0.5), ("c", 2.0)] == [*read({"a": 1, "b": torch.tensor(0.5), "c": 2.0}).items()]
    assert {"a": 1} == read({"a": 1})
