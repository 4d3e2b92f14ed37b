"""The batches that a feature network learns from: pictures shifted, mirrored, and turned where there are no classes."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

ROTATIONS = 4


def examples(
    pictures: Tensor,  # uint8 (n, channels, side, side)
    labels: Tensor | None,  # (n,) int64, None: turn the pictures and tell by how much
    rows: Tensor,  # indices of the pictures to learn from
    batch_size: int,
    flip: bool,
    generator: Generator,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches and their targets without end, every picture once before any comes again."""
    for batch in _batches(rows, batch_size, generator):
        augmented = _shifted(pictures[batch], flip, generator)
        yield _turned(augmented, generator) if labels is None else (augmented, labels[batch])


def all_turns(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Every picture in its four rotations, and which each is."""
    turned = torch.cat([pictures.rot90(turn, (2, 3)) for turn in range(ROTATIONS)])
    return turned, torch.arange(ROTATIONS).repeat_interleave(len(pictures))


def _batches(rows: Tensor, size: int, generator: Generator) -> Iterator[Tensor]:
    waiting = rows[:0]
    while True:
        while len(waiting) < size:
            waiting = torch.cat([waiting, rows[torch.randperm(len(rows), generator=generator)]])
        yield waiting[:size]
        waiting = waiting[size:]


def _shifted(pictures: Tensor, flip: bool, generator: Generator) -> Tensor:
    """Each picture moved by up to an eighth of its side, and half of them mirrored if `flip`."""
    n, _, side, _ = pictures.shape
    reach = side // 8
    padded = F.pad(pictures.float(), (reach,) * 4, mode="reflect").to(torch.uint8)
    down, right = torch.randint(2 * reach + 1, (2, n, 1), generator=generator) + torch.arange(side)
    if flip:
        mirrored = torch.randint(2, (n, 1), generator=generator) == 1
        right = torch.where(mirrored, right.flip(1), right)
    return padded[torch.arange(n)[:, None, None], :, down[:, :, None], right[:, None, :]].permute(0, 3, 1, 2)


def _turned(pictures: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """Each picture in one rotation, and which."""
    turns = torch.randint(ROTATIONS, (len(pictures),), generator=generator)
    turned = torch.empty_like(pictures)
    for turn in range(ROTATIONS):
        turned[turns == turn] = pictures[turns == turn].rot90(turn, (2, 3))
    return turned, turns
