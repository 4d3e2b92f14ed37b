"""What a step looks at, wherever that is."""

import torch

from ganprune.step import Shown

PIXELS = torch.randint(256, (5, 1, 4, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def test_what_is_fetched_takes_the_place_of_what_is_there_and_of_nothing_else():
    fetched = [PIXELS.clone(), PIXELS.flip(0)]
    pixels, labels, source = Shown(PIXELS, source=PIXELS.flip(3)).at(fetched)
    assert pixels is fetched[0]
    assert source is fetched[1]
    assert labels is None


def test_a_batch_has_the_chosen_pictures_beside_what_belongs_to_them():
    chosen, labels = torch.tensor([3, 0]), torch.arange(5)
    batch = Shown(PIXELS, labels, PIXELS.flip(0)).batch(chosen, conditional=True)
    assert torch.equal(PIXELS[chosen], ((batch.pictures + 1) * 127.5).round().to(torch.uint8))
    assert torch.equal(PIXELS[4 - chosen], ((batch.source + 1) * 127.5).round().to(torch.uint8))
    assert [3, 0] == batch.labels.tolist()
    assert Shown(PIXELS, labels).batch(chosen, conditional=False).labels is None
