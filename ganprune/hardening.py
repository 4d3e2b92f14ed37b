"""Gates that learn which channels stay, and harden while a GAN trains.

After DMAD (Li et al. 2020, "Learning efficient GANs for image translation via differentiable masks and co-attention
distillation"): a score a channel, N(0, 0.2) at first; a gate that is 0 up to a bound below zero, 1 from the same bound
above it on, and two parabolas in between; a bound that falls from 1 to 0. What it passes is settled: what was closed is
dead, and how far a gate was open that is now wide open goes into the weights.
Decided here: a channel is gated where it is read, by every layer that reads it, so behind its norm, and of a residual
network in its streams as well as inside its blocks; the bound moves every few steps; a group keeps its best channel.
DMAD stops once enough is closed, and has its penalty tuned so that this happens. Here training decides which channels
go, and what is asked for how many: where the bound passes too few, the lowest scores close at an even pace.
"""

import copy
from bisect import bisect_left
from collections.abc import Collection, Hashable

import torch
from torch import Tensor, nn

from ganprune import seeds
from ganprune.channels import ChannelGroup, Kept, channel_groups, channels_sparsity
from ganprune.gates import along, gate_where_read, indices
from ganprune.hooks import TrainingHook
from ganprune.losses.batch import Batch
from ganprune.train import Training

SPREAD = 0.2  # of the scores at first
SETTLED = 2.0  # a score, or less it, that is out of any bound
Factors = dict[str, Tensor]  # by group: (channels,)


def gate(scores: Tensor, bound: Tensor) -> Tensor:
    """0 up to -bound, 1/8 at half of it, 1/2 at 0, 7/8, and 1 from the bound on."""
    near = (scores / bound.clamp(min=torch.finfo(scores.dtype).tiny)).clamp(-1, 1)
    return torch.where(near > 0, 1 - (1 - near).square() / 2, (1 + near).square() / 2)


def bound_after(share: float, exponent: float) -> float:
    """After so much of its way from 1 to 0: fast at first, where the exponent is below 1."""
    return 1 - min(share, 1.0) ** exponent


class Hardening(TrainingHook):
    """Of a generator's channels."""

    VERSION = 2
    pause = 10

    def __init__(self, sparsity: float, penalty: float, anneal: int, exponent: float, rate: float):
        """`sparsity`: of the weights, once all are settled; `anneal`: epochs until they are at the latest; scores move
        at `rate` times the learning rate."""
        self._sparsity, self._penalty, self._rate = sparsity, penalty, rate
        self._anneal, self._exponent = anneal, exponent

    def key(self) -> dict:
        told = {"sparsity": self._sparsity, "penalty": self._penalty, "rate": self._rate}
        return told | {"anneal": self._anneal, "exponent": self._exponent, "version": self.VERSION}

    def captured_as(self) -> Hashable:
        return "gates"

    def begin(self, training: Training) -> None:
        net, random = training.generator, seeds.generator(training.settings.seed, "gates")
        self.inputs = training.example("generator", random)
        self.groups = channel_groups(net, self.inputs, training.gan.outputs["generator"])
        scores = {group.name: SPREAD * torch.randn(group.size, generator=random) for group in self.groups}
        # Adam moves all that it has at one rate, so that it has the scores over theirs.
        self._moved = {name: nn.Parameter(each.to(training.device) / self._rate) for name, each in scores.items()}
        training.optimisers["g"].add(self._moved.values())
        self._bound, self._costs = torch.ones((), device=training.device), _costs(net, self.groups)
        gate_where_read(net, self.groups, lambda group: gate(self.scores(group), self._bound))

    def scores(self, group: str) -> Tensor:
        return self._rate * self._moved[group]

    def opened(self) -> Factors:
        """From 0 to 1."""
        return {name: gate(self.scores(name), self._bound) for name in self._moved}

    def alive(self) -> Kept:
        """Which may still be open: of each group one at least."""
        return self._over(-self._bound.item())

    def _over(self, least: float) -> Kept:
        scores = {name: self.scores(name).detach().cpu() for name in self._moved}
        return {name: (each > least) | (each == each.max()) for name, each in scores.items()}

    def loss(self, side: str, inputs: dict[str, Tensor], drawn: Tensor | None) -> Tensor | None:
        """What is left of the channels that are not settled, by what they cost."""
        if side != "g":
            return None
        scores = {name: self.scores(name) for name in self._moved}
        return self._penalty * sum(
            cost * ((scores[name] + self._bound) * (scores[name].abs() < self._bound)).sum()
            for name, cost in self._costs.items()
        )

    @torch.no_grad()
    def at_pause(self, training: Training, batch: Batch) -> None:
        """The bound moves on, as far as the next pause would; where it has passed enough, at 0 at the latest, all is
        settled."""
        if not self._bound:
            return
        for moved in self._moved.values():
            best = moved.argmax()
            moved[best] = moved[best].clamp(min=0)
        opened, enough = self.opened(), self._least(training, self._sparsity)
        way = min(1.0, (training.step + self.pause) / (self._anneal * training.epoch_steps))
        self._bound.fill_(bound_after(way, self._exponent))
        if min(enough, 0.0) <= -self._bound:
            alive = self._over(enough)
            self._bound.zero_()
        else:
            alive = self._over(max(self._least(training, way * self._sparsity), -self._bound.item()))
        wide_open = self._settle(alive)
        factors = {name: torch.where(wide, opened[name], 1) for name, wide in wide_open.items()}
        for net in (training.generator, training.averaged):
            fold(net, self.groups, factors)

    def _least(self, training: Training, share: float) -> float:
        """The score up to which channels have to go, for this share of the weights to go."""
        scores = torch.cat([self.scores(name) for name in self._moved]).sort().values.tolist()
        enough = bisect_left(scores, share, key=lambda least: self._lost(training, self._over(least)))
        return scores[min(enough, len(scores) - 1)]

    def _lost(self, training: Training, alive: Kept) -> float:
        return channels_sparsity(training.generator, self.groups, alive)

    def _settle(self, alive: Kept) -> Factors:
        """Those that the bound has passed; of all that are alive, which are wide open now, for good once it is 0."""
        wide_open, is_over = {}, self._bound == 0
        for name, moved in self._moved.items():
            scores, stays = self.scores(name), alive[name].to(moved.device)
            wide_open[name] = stays & ((scores > self._bound) | is_over)
            moved.copy_(scores.where(stays, -SETTLED).where(~(stays & is_over), SETTLED) / self._rate)
        return wide_open

    def folded(self, net: nn.Module) -> nn.Module:
        """A copy that draws without gates what this one draws with them."""
        copied = copy.deepcopy(net)
        fold(copied, self.groups, self.opened())
        return copied

    def tensors(self) -> dict[str, Tensor]:
        return {"bound": self._bound} | {f"moved.{name}": moved.detach() for name, moved in self._moved.items()}

    @torch.no_grad()
    def restore(self, state: dict[str, Tensor]) -> None:
        for name, tensor in self.tensors().items():
            tensor.copy_(state[name])


@torch.no_grad()
def fold(net: nn.Module, groups: Collection[ChannelGroup], factors: Factors) -> None:
    """Let what reads a channel read so much of it, in place."""
    for group in groups:
        for name, axis, place in group.parameters(net, written=False):
            weight = net.get_parameter(name)
            weight.mul_(along(factors[group.name], *indices(place, weight.device), weight, axis))


def _costs(net: nn.Module, groups: Collection[ChannelGroup]) -> dict[str, float]:
    """The weights that a channel is made of, over those of the mean channel of the network."""
    weights = {
        group.name: sum(net.get_parameter(name).select(axis, 0).numel() for name, axis, _ in group.parameters(net))
        for group in groups
    }
    mean = sum(weights[group.name] * group.size for group in groups) / sum(group.size for group in groups)
    return {name: each / mean for name, each in weights.items()}
