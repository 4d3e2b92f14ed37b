"""Pictures drawn before, some of which a discriminator is shown again (Shrivastava et al. 2017; Zhu et al. 2017)."""

import torch
from torch import Tensor, nn

SIZE = 50
# SplitMix64 (Steele et al. 2014): its step and its two multipliers, as signed numbers.
STEP, MIX = -0x61C8864680B583EB, (-0x40A7B892E31B1A47, -0x6B2FB644ECCEEE15)


class Pool(nn.Module):
    """It has no weights, but a state that goes into the store, its chance included, all of it on the device: a step
    with it can be captured."""

    def __init__(self, channels: int, side: int):
        super().__init__()
        self.register_buffer("pictures", torch.zeros(SIZE, channels, side, side))
        self.register_buffer("held", torch.zeros((), dtype=torch.long))
        self.register_buffer("chance", torch.zeros((), dtype=torch.long))

    def reset_parameters(self) -> None:
        self.pictures.zero_()
        self.held.zero_()
        self.chance.random_()

    @torch.no_grad()
    def forward(self, fresh: Tensor) -> Tensor:
        """(n, ...) pictures: until it is full the fresh ones, then half of the time one from before in exchange."""
        swaps, places = self._uniform(2 * len(fresh)).view(2, -1)
        return torch.cat([self._one(*each) for each in zip(fresh.split(1), swaps < 0.5, places, strict=True)])

    def _one(self, fresh: Tensor, swap: Tensor, place: Tensor) -> Tensor:
        full = self.held == SIZE
        at = torch.where(full, (place * SIZE).long(), self.held).view(1)
        before = self.pictures[at]
        self.pictures.index_copy_(0, at, torch.where(full & ~swap, before, fresh.to(before)))
        self.held.add_(~full)
        return torch.where(full & swap, before, fresh.to(before))

    def _uniform(self, n: int) -> Tensor:
        """(n,) in [0, 1)."""
        numbers = self.chance + STEP * torch.arange(1, n + 1, device=self.chance.device)
        self.chance.copy_(numbers[-1])
        for shift, factor in zip((30, 27), MIX, strict=True):
            numbers = (numbers ^ _shifted(numbers, shift)) * factor
        return _shifted(numbers ^ _shifted(numbers, 31), 40).float() / 2**24


def _shifted(numbers: Tensor, by: int) -> Tensor:
    """To the right, zeros coming in: torch's own shift copies the sign."""
    return (numbers >> by) & ((1 << (64 - by)) - 1)
