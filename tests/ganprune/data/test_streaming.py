"""Pictures that are fetched a few steps ahead are those that the steps would have looked at on the device."""

import pytest
import torch

from ganprune.data import streaming
from ganprune.data.streaming import STEPS, Stream, fits, is_there


@pytest.fixture
def pictures() -> list[torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (300, 3, 4, 4), dtype=torch.uint8, generator=random)
    return [pixels, torch.arange(300)]


@pytest.mark.parametrize("steps", [1, STEPS, 2 * STEPS + 3])
@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def test_every_step_looks_at_its_own_pictures(pictures, steps, device):
    order = torch.randint(300, (steps, 8), generator=torch.Generator().manual_seed(1))
    stream = Stream(pictures, 8, device)
    seen = [[each[row].cpu() for each in shown] for shown, rows in stream.windows(order) for row in rows]
    assert steps == len(seen)
    for chosen, found in zip(order, seen, strict=True):
        assert all(torch.equal(each[chosen], its) for each, its in zip(pictures, found, strict=True))


def test_they_lie_in_the_same_place_every_time(pictures):
    stream, order = Stream(pictures, 8, "cpu"), torch.arange(8 * 3 * STEPS).view(-1, 8) % 300
    places = {tuple(each.data_ptr() for each in shown) for _ in range(2) for shown, _ in stream.windows(order)}
    assert 1 == len(places)
    assert stream.serves(list(pictures))
    assert not stream.serves([each.clone() for each in pictures])


def test_the_next_are_fetched_before_the_last_are_done_with(pictures, monkeypatch):
    """Whoever looks at a window waits here until the next one has been packed."""
    packed, select = [], torch.index_select
    monkeypatch.setattr(torch, "index_select", lambda *given, **named: packed.append(1) or select(*given, **named))
    coming = Stream(pictures, 8, "cpu").windows(torch.zeros(2 * STEPS, 8, dtype=torch.long))
    next(coming)
    coming.close()  # which waits for what was begun
    assert 2 * len(pictures) == len(packed)


@pytest.mark.parametrize(("free", "stay"), [(40_000, True), (20_000, False)])
def test_they_stay_on_a_gpu_while_they_take_half_of_what_is_free_at_most(pictures, monkeypatch, free, stay):
    monkeypatch.setattr(streaming.torch.cuda, "mem_get_info", lambda device: (free, 80e9))
    assert 16_800 == sum(each.nbytes for each in pictures)
    assert stay == fits(pictures, "cuda")
    assert fits(pictures, "cpu")
    assert is_there(pictures[0], "cpu")
    assert not is_there(pictures[0], "cuda:1")
