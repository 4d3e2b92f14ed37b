"""Agents that decide which channels of a network stay, each told how its peer does.

Of the family of Gao et al. 2021 (NPPM): frozen codes of the groups through a recurrent layer to a logit a channel, and
gates by a sigmoid with Gumbel noise that is hard where it is counted.
"""

import torch
from torch import Tensor, nn

from ganprune.adam import Adam
from ganprune.channels import ChannelGroup
from ganprune.gates import Gates
from ganprune.models.initialise import initialise

CODE, HIDDEN = 64, 64
TEMPERATURE, BASE = 0.4, 3.0  # so that at first all gates are open
BETAS = (0.9, 0.999)
TINY = 1e-3  # share of the MACs: of nothing there is no logarithm


class Agent(nn.Module):
    """Logits of the channels of some groups."""

    def __init__(self, groups: tuple[ChannelGroup, ...], peers: int, rate: float, random: torch.Generator):
        """`peers`: groups of the peer."""
        super().__init__()
        self.groups = groups
        codes = torch.linalg.qr(torch.randn(max(CODE, len(groups)), CODE, generator=random)).Q[: len(groups)]
        self.register_buffer("codes", codes)
        with torch.random.fork_rng(devices=[]):  # from which PyTorch begins them
            self.recurrent = nn.GRU(CODE + peers + 3, HIDDEN)  # both losses, and how far it is from its budget
            self.heads = nn.ModuleList(nn.Linear(HIDDEN, group.size) for group in groups)
        self._random = random
        for layer in (self.recurrent, *self.heads):
            initialise(layer, random)
        self._optimiser = Adam(self.parameters(), rate, BETAS)

    def forward(self, peer: Tensor, told: Tensor) -> dict[str, Tensor]:
        seen = torch.cat([peer, told]).expand(len(self.groups), -1)
        hidden, _ = self.recurrent(torch.cat([self.codes, seen], dim=1)[:, None])
        return {group.name: head(each[0]) for group, head, each in zip(self.groups, self.heads, hidden, strict=True)}

    def gates(self, peer: Tensor, told: Tensor) -> Gates:
        """Drawn anew; soft."""
        return {
            name: torch.sigmoid((each + BASE + self._gumbel(each)) / TEMPERATURE)
            for name, each in self(peer, told).items()
        }

    def _gumbel(self, like: Tensor) -> Tensor:
        tiny = torch.finfo(like.dtype).tiny
        uniform = torch.rand(like.shape, generator=self._random).clamp(min=tiny)
        return -(-uniform.log()).clamp(min=tiny).log()

    def descend(self, loss: Tensor) -> None:
        self._optimiser.differentiate(loss)
        self._optimiser.step()


def hard(gates: Gates) -> Gates:
    """Open or closed, with the gradient of the soft ones (Bengio et al. 2013)."""
    return {name: (gate > 0.5).float() + gate - gate.detach() for name, gate in gates.items()}


def beside_budget(left: Tensor, budget: float) -> Tensor:
    """0 where as much is left as the budget allows (Gao et al. 2021, eq. 5, but on both sides: what has closed too much
    opens again)."""
    return (left.clamp(min=TINY) / budget).log().abs()
