"""A file that says what it is: the same tensors, read by safetensors itself, and the same bytes each time."""

import safetensors
import torch
from safetensors.torch import load, save

from ganprune.metadata import with_metadata

STORED = save({"b": torch.arange(6.0).view(2, 3), "a": torch.tensor(7)})
TOLD = {f"fact {number}": 'é "quoted"\n' * number for number in range(20)}


def test_tensors_are_what_they_were_and_safetensors_reads_the_facts(tmp_path):
    file = tmp_path / "told.safetensors"
    file.write_bytes(with_metadata(STORED, TOLD))
    with safetensors.safe_open(file, "pt") as opened:
        assert opened.metadata() == TOLD
    before, after = load(STORED), load(file.read_bytes())
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_the_tensors_begin_at_a_multiple_of_eight_bytes():
    told = with_metadata(STORED, {"a": "b"})
    assert int.from_bytes(told[:8], "little") % 8 == 0
    assert told.endswith(STORED[8 + int.from_bytes(STORED[:8], "little") :])


def test_facts_are_in_the_file_in_their_order():
    """Safetensors 0.8 writes them in another order at each call."""
    told = with_metadata(STORED, TOLD)
    places = [told.index(f'"{name}"'.encode()) for name in TOLD]
    assert places == sorted(places)
