"""A game inside neighbourhoods of what a dense generator draws: two agents close gates in both networks' channels.

Both networks are frozen, in evaluation mode; real is what the dense generator draws, and the features that tell who is
near whom are those of the dense discriminator before its last layer.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from pydantic import Field, PositiveFloat, PositiveInt
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from ganprune import seeds
from ganprune.agents import Agent, beside_budget, hard
from ganprune.channels import channel_groups
from ganprune.gates import Gated, Gates
from ganprune.losses import least_squares, non_saturating
from ganprune.models.gan import Inputs, pictures
from ganprune.neighbourhoods import apart, neighbours, strangers
from ganprune.settings import Settings
from ganprune.train import Training

BANK = 1024  # samples of a generator of latents; of one that translates, what its training remembers
CENTRES = 4  # neighbourhoods a step
BUDGET = 4.0  # weight of the distance to the budget, as released with NPPM: 2 times 2
KEPT = 0.9  # of the losses' averages, a step
NETS = ("generator", "discriminator")
GAMES = {"cyclegan": least_squares}  # by the loss of training; any other's logits are of probabilities


class GameSettings(Settings):
    budget: float = Field(0.25, gt=0, le=1)  # share of the generator's MACs that the agents are told to leave
    budget_d: float = Field(1.0, gt=0, le=1)  # of the discriminator's
    near: PositiveInt = 16  # samples of a neighbourhood beside its centre
    rate: PositiveFloat = 5e-3  # of the agents
    moments: float = Field(1.0, ge=0)  # weight of local moments; 0: the game alone
    neighbours: Literal["nearest", "random"] = "nearest"  # random ones are the control
    match: Literal["density", "pixels"] = "density"  # pixels, the control: L1 to the dense picture, no neighbourhoods


@dataclass(eq=False)
class Game:
    """The frozen networks behind their gates, the agents that set these, and the samples that they are tried on."""

    own: GameSettings
    training: Training
    random: torch.Generator  # of the CPU, where agents are
    gated: dict[str, Gated]
    agents: dict[str, Agent]
    inputs: Inputs
    real: Tensor  # what the dense generator draws of the inputs
    places: Tensor  # (n, k + 1) numbers of samples that are near each other
    watched: "Watched"
    losses: Tensor  # averages of the generator's and the discriminator's
    gates: dict[str, Gates]

    @classmethod
    def begin(cls, generator: nn.Module, training: Training, own: GameSettings) -> "Game":
        random = seeds.generator(training.settings.seed, "density")
        inputs = {name: each.to(training.device) for name, each in _bank(training, random).items()}
        real = pictures(generator, inputs)
        watched = Watched(training)
        seen = watched.features(real, training.gan.beside(inputs))
        k = min(own.near, len(real) - 1)
        places = neighbours(seen, k) if own.neighbours == "nearest" else strangers(len(real), k, random)
        gated = {
            name: _gated(net, name, training)
            for name, net in zip(NETS, (generator, training.discriminator), strict=True)
        }
        sizes = {name: len(gated[name].groups) for name in NETS}
        peers = dict(zip(NETS, reversed(NETS), strict=True))
        agents = {name: Agent(gated[name].groups, sizes[peers[name]], own.rate, random) for name in NETS}
        open_ = {name: {group.name: torch.ones(group.size) for group in gated[name].groups} for name in NETS}
        return cls(own, training, random, gated, agents, inputs, real, places.cpu(), watched, torch.zeros(2), open_)

    def step(self) -> None:
        """The discriminator's agent, then the generator's, on whole neighbourhoods."""
        centres = torch.randperm(len(self.real), generator=self.random)[:CENTRES]
        rows = self.places[centres].flatten().to(self.real.device)
        inputs, real = {name: each[rows] for name, each in self.inputs.items()}, self.real[rows]
        beside = self.training.gan.beside(inputs)
        game = GAMES.get(self.training.settings.loss, non_saturating)
        gates_d, judge = self._set("discriminator"), self.gated["discriminator"]
        with torch.no_grad():
            drawn = self.gated["generator"](*inputs.values())
        loss_d = game.discriminator_loss(judge(real, *beside), judge(drawn, *beside))
        self._descend("discriminator", loss_d, gates_d, self.own.budget_d)
        gates_g = self._set("generator")
        drawn = self.gated["generator"](*inputs.values())
        loss_g = self._unlike(real, drawn, beside, game.generator_loss)
        self._descend("generator", loss_g, gates_g, self.own.budget)
        now = torch.stack([loss_g.detach(), loss_d.detach()]).cpu()
        self.losses = KEPT * self.losses + (1 - KEPT) * now

    def _unlike(self, real: Tensor, drawn: Tensor, beside: list[Tensor], fooling: Callable[[Tensor], Tensor]) -> Tensor:
        """What the generator's agent lowers, its budget apart."""
        if self.own.match == "pixels":
            return l1_loss(drawn, real)
        loss = fooling(self.gated["discriminator"](drawn, *beside))
        if not self.own.moments:
            return loss
        seen = (self.watched.features(each, beside).unflatten(0, (-1, self.places.shape[1])) for each in (real, drawn))
        return loss + self.own.moments * apart(*seen)

    def _set(self, name: str) -> Gates:
        """New gates for a network; those of the peer are as they are, without gradient."""
        gates = self.agents[name].gates(*self._told(name))
        for each in NETS:
            self.gated[each].gates = gates if each == name else self.gates[each]
        self.gates[name] = {group: gate.detach() for group, gate in gates.items()}
        return gates

    def _told(self, name: str) -> tuple[Tensor, Tensor]:
        """The peer's mean gates, and both losses with how far it is from its own budget."""
        peer = NETS[1 - NETS.index(name)]
        means = torch.stack([gate.mean() for gate in self.gates[peer].values()])
        budget = self.own.budget if name == "generator" else self.own.budget_d
        away = beside_budget(self.gated[name].macs_left(self.gates[name]), budget)
        return means, torch.cat([self.losses, away.reshape(1)])

    def _descend(self, name: str, loss: Tensor, gates: Gates, budget: float) -> None:
        left = self.gated[name].macs_left(hard(gates))
        self.agents[name].descend(loss.cpu() + BUDGET * beside_budget(left, budget))

    @torch.no_grad()
    def last_word(self, name: str) -> dict[str, Tensor]:
        return self.agents[name](*self._told(name))


class Watched:
    """What the dense discriminator has of pictures before its last layer: means over places."""

    def __init__(self, training: Training):
        self._net = copy.deepcopy(training.discriminator).eval().requires_grad_(False)
        (last,) = training.gan.outputs["discriminator"]
        self._seen: list[Tensor] = []
        self._net.get_submodule(last).register_forward_pre_hook(lambda layer, taken: self._seen.append(taken[0]))

    def features(self, shown: Tensor, beside: list[Tensor]) -> Tensor:
        """(n, dimensions)"""
        self._net(shown, *beside)
        seen = self._seen.pop()
        return seen.reshape(*seen.shape[:2], -1).mean(dim=2)


def _bank(training: Training, random: torch.Generator) -> Inputs:
    return training.gan.inputs(BANK, random, source=training.sources)


def _gated(net: nn.Module, name: str, training: Training) -> Gated:
    taken = training.example(name, seeds.generator(training.settings.seed, "density"))
    groups = channel_groups(net, taken, training.gan.outputs[name])
    return Gated(net, groups, [each[:1] for each in taken])
