"""Neighbourhoods, and why moments in them keep what a game over everything loses: a ring of places (a toy)."""

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot, softplus

from ganprune.adam import Adam
from ganprune.neighbourhoods import apart, neighbours, strangers

PLACES, NEAR, STEPS = 8, 32, 300
BETAS = (0.5, 0.999)


def test_each_is_its_own_nearest_and_the_rest_are_nearest_by_angle():
    angles = torch.tensor([0.0, 0.1, 0.25, 2.0, 2.2])
    rows = torch.stack([angles.cos(), angles.sin()], dim=1) * torch.tensor([1.0, 5, 2, 3, 1])[:, None]
    found = neighbours(rows, 1)
    assert list(range(5)) == found[:, 0].tolist()
    assert [1, 0, 1, 4, 3] == found[:, 1].tolist()


def test_strangers_are_any():
    random = torch.Generator().manual_seed(0)
    found = strangers(50, 4, random)
    assert (50, 5) == found.shape
    assert list(range(50)) == found[:, 0].tolist()
    assert len(found[:, 1:].unique()) > 40


def test_local_moments_see_a_place_that_moved_or_lost_its_spread():
    real = torch.randn(4, 16, 3, generator=torch.Generator().manual_seed(0))
    assert 0 == apart(real, real)
    assert apart(real, real + 1) > apart(real, real + 0.1) > 0
    assert apart(real, real.mean(dim=1, keepdim=True).expand_as(real)) > 0.5


def _painter(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(PLACES + 2, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 2)
    )


def _latents(n: int, random: torch.Generator) -> Tensor:
    place = torch.randint(PLACES, (n,), generator=random)
    return torch.cat([one_hot(place, PLACES).float(), torch.randn(n, 2, generator=random)], dim=1)


def _ring(latents: Tensor) -> Tensor:
    """Eight places on a ring of radius 3, every second one wide."""
    place = latents[:, :PLACES].argmax(dim=1)
    angle = 2 * torch.pi * place / PLACES
    spread = torch.where(place % 2 == 0, 0.1, 0.5)[:, None]
    return 3 * torch.stack([angle.cos(), angle.sin()], dim=1) + spread * latents[:, PLACES:]


def _fit(net: nn.Module, loss, steps: int, rate: float = 3e-3) -> None:
    optimiser = Adam(net.parameters(), rate, BETAS)
    for _ in range(steps):
        optimiser.differentiate(loss())
        optimiser.step()


@pytest.fixture(scope="module")
def dense() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net, random = _painter(64), torch.Generator().manual_seed(0)

        def loss() -> Tensor:
            latents = _latents(256, random)
            return (net(latents) - _ring(latents)).square().mean()

        _fit(net, loss, 400)
    return net.requires_grad_(False)


def _cut(net: nn.Sequential, kept: int = 12) -> nn.Sequential:
    """Its hidden units of the largest weights."""
    small, before = _painter(kept), torch.arange(PLACES + 2)
    for at in (0, 2, 4):
        rows = net[at].weight.norm(dim=1).topk(kept).indices if at < 4 else torch.arange(2)
        small[at].weight.data = net[at].weight[rows][:, before].clone()
        small[at].bias.data = net[at].bias[rows].clone()
        before = rows
    return small


def _tuned(dense: nn.Module, local: bool) -> nn.Module:
    """The cut network after as many steps of a game against what the dense one draws, everywhere or place by place."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        net, critic = _cut(dense), nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 1))
    random = torch.Generator().manual_seed(2)
    bank = _latents(1024, random)
    near = neighbours(dense(bank), NEAR - 1)
    judge, painter = (Adam(each.parameters(), 3e-3, BETAS) for each in (critic, net))
    for _ in range(STEPS):
        rows = near[torch.randint(len(bank), (4,), generator=random)].flatten()
        latents = bank[rows] if local else _latents(4 * NEAR, random)
        real, drawn = dense(latents), net(latents)
        judge.differentiate(softplus(-critic(real)).mean() + softplus(critic(drawn.detach())).mean())
        judge.step()
        loss = softplus(-critic(drawn)).mean()
        if local:
            loss = loss + 10 * apart(*(each.unflatten(0, (4, NEAR)) for each in (real, drawn)))
        painter.differentiate(loss)
        painter.step()
    return copy.deepcopy(net).requires_grad_(False)


def test_on_a_ring_of_places_local_moments_keep_mass_and_places_that_a_global_game_loses(dense):
    latents = _latents(2000, torch.Generator().manual_seed(3))
    centres = 3 * torch.stack([f(2 * torch.pi * torch.arange(PLACES) / PLACES) for f in (torch.cos, torch.sin)], dim=1)

    def mass(points: Tensor) -> Tensor:
        return torch.cdist(points, centres).argmin(dim=1).bincount(minlength=PLACES) / len(points)

    lost, moved = {}, {}
    for local in (False, True):
        net = _tuned(dense, local)
        lost[local] = (mass(net(latents)) - mass(dense(latents))).abs().sum() / 2
        moved[local] = (net(latents) - dense(latents)).norm(dim=1).mean()
    assert lost[True] < 0.05 < lost[False]
    assert moved[True] < 0.3 < moved[False]
