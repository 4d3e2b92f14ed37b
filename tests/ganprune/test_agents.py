"""Agents begin with all gates open, and are drawn to a budget and no further."""

import math

import pytest
import torch

from ganprune.agents import Agent, beside_budget, hard
from ganprune.channels import ChannelGroup


def _agent(rate: float = 1e-2) -> Agent:
    groups = tuple(ChannelGroup(name, size, ()) for name, size in (("first", 6), ("second", 10)))
    return Agent(groups, peers=3, rate=rate, random=torch.Generator().manual_seed(0))


def test_at_first_all_gates_are_open():
    gates = _agent().gates(torch.ones(3), torch.zeros(3))
    assert {"first": 6, "second": 10} == {name: len(gate) for name, gate in gates.items()}
    assert torch.cat(list(gates.values())).min() > 0.95


def test_hard_gates_are_open_or_closed_and_have_the_slope_of_the_soft():
    soft = torch.tensor([0.2, 0.7], requires_grad=True)
    told = hard({"group": soft})["group"]
    assert [0, 1] == told.tolist()
    told.sum().backward()
    assert [1, 1] == soft.grad.tolist()


def test_to_keep_a_budget_costs_nothing_and_to_leave_it_the_more_the_farther():
    far = [beside_budget(torch.tensor(left), 0.25).item() for left in (0.25, 0.5, 0.125)]
    assert [0, math.log(2), math.log(2)] == pytest.approx(far)
    assert math.isfinite(beside_budget(torch.tensor(0.0), 0.25))


def test_it_closes_gates_until_the_budget_is_kept():
    agent, peer, told = _agent(rate=2e-2), torch.ones(3), torch.zeros(3)

    def left() -> torch.Tensor:
        return torch.cat(list(hard(agent.gates(peer, told)).values())).mean()

    for _ in range(200):
        agent.descend(beside_budget(left(), 0.5))
    assert 0.2 < torch.stack([left() for _ in range(20)]).mean() < 0.6


def test_what_the_peer_does_is_heard():
    agent = _agent()
    with torch.no_grad():
        alone, crowded = (agent(torch.full((3,), gate), torch.zeros(3)) for gate in (0.0, 1.0))
    assert not torch.equal(alone["first"], crowded["first"])
