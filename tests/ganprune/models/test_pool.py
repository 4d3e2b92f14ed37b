"""The pool shows what came before half of the time, once it is full; its chance is a state that can be stored."""

import torch
from torch import Tensor

from ganprune.models.pool import SIZE, Pool


def _pool(seed: int = 0) -> Pool:
    pool = Pool(1, 2)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        pool.reset_parameters()
    return pool


def _numbered(first: int, n: int) -> Tensor:
    """Pictures that tell when they came."""
    return torch.arange(first, first + n).float()[:, None, None, None].expand(n, 1, 2, 2)


def _told(pictures: Tensor) -> list[int]:
    assert (pictures == pictures[:, :, :1, :1]).all()
    return pictures[:, 0, 0, 0].int().tolist()


def test_until_it_is_full_pictures_pass_and_are_kept():
    pool = _pool()
    assert list(range(48)) == _told(pool(_numbered(0, 48)))
    assert list(range(48)) == _told(pool.pictures)[:48]


def test_then_half_are_from_before_and_those_are_exchanged():
    pool = _pool()
    pool(_numbered(0, SIZE))
    shown = _told(torch.cat([pool(_numbered(SIZE + 20 * step, 20)) for step in range(50)]))
    fresh = sum(seen == at for at, seen in enumerate(shown, start=SIZE))
    assert 400 < fresh < 600
    assert all(seen <= at for at, seen in enumerate(shown, start=SIZE))
    assert len(set(shown)) == len(shown), "what was shown again stayed in the pool"
    assert len(set(_told(pool.pictures))) == SIZE


def test_its_chance_goes_on_from_what_was_stored_and_differs_by_seed():
    one, same, other = _pool(), _pool(5), _pool(1)
    same.load_state_dict(one.state_dict())
    for pool in (one, same, other):
        pool(_numbered(0, SIZE))
    shown = [_told(pool(_numbered(SIZE, 40))) for pool in (one, same, other)]
    assert shown[0] == shown[1] != shown[2]


def test_the_global_random_state_has_no_part_in_it():
    before = torch.get_rng_state()
    _pool()(_numbered(0, 60))
    assert torch.equal(before, torch.get_rng_state())
