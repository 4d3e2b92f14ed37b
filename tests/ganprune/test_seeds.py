"""Random states that depend on a seed and a purpose, and on nothing else."""

import hashlib
from itertools import pairwise

import torch
from hypothesis import given
from hypothesis import strategies as st

from ganprune import seeds


@given(st.integers(-(2**70), 2**70), st.text())
def test_any_seed_and_purpose_give_a_seed_that_torch_takes(seed, purpose):
    assert 0 <= seeds.derive(seed, purpose) < 2**63
    seeds.generator(seed, purpose)


def test_a_seed_is_the_same_on_every_machine():
    """Not Python's own hash, which differs from process to process."""
    digest = hashlib.sha256(b"5/epoch/3").digest()
    assert int.from_bytes(digest[:8], "big") // 2 == seeds.derive(5, "epoch", 3)


def test_other_seeds_and_other_purposes_give_unrelated_numbers():
    generators = [seeds.generator(0, "a"), seeds.generator(1, "a"), seeds.generator(0, "b"), seeds.generator(0, "a", 1)]
    drawn = [torch.randn(1000, generator=generator) for generator in generators]
    for one, other in pairwise(drawn):
        assert abs(torch.corrcoef(torch.stack([one, other]))[0, 1]) < 0.1


def test_the_same_purpose_gives_the_same_numbers_and_leaves_the_global_state_alone():
    before = torch.get_rng_state()
    one, other = (torch.randn(10, generator=seeds.generator(3, "same")) for _ in range(2))
    assert torch.equal(one, other)
    assert torch.equal(before, torch.get_rng_state())
