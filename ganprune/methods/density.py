"""Two agents decide which channels stay, so that density is kept in every neighbourhood of what the dense net draws.

After Ganjdanesh et al. 2024 ("Compressing image-to-image translation GANs using local density structures on their
learned manifold"), of which only abstract and secondary accounts could be read: neighbourhoods on the dense generator's
manifold about its own samples, adversarial matching inside them, and two agents, of generator and discriminator, that
hear of each other. The form of the agents and budgets is that of Gao et al. 2021. Decided here: what `ganprune.
local_game` says of features and of what is real; local moments beside the game; and that the agents' last word ranks
the channels, so that one decision gives a whole curve. Its steps are not counted among a point's pictures.
"""

import torch
from pydantic import Field, PositiveInt
from torch import Tensor, nn

from ganprune import seeds
from ganprune.config import PruneSettings
from ganprune.cut import CutMethod
from ganprune.local_game import Game, GameSettings
from ganprune.methods.channels import ChannelCut, places_among
from ganprune.train import Training

LEAST = 1 / 16  # of the channels of a group, and one at least, stay


class DensitySettings(GameSettings):
    threshold: float = Field(0.5, ge=0, lt=1, description="share of the channels")
    steps: PositiveInt = 300  # of the agents


class Density(CutMethod):
    Settings = DensitySettings
    structured = True

    def cut(self, dense: nn.Module, training: Training, prune: PruneSettings, side: str = "generator") -> ChannelCut:
        own = self.Settings(**prune.own)
        game = Game.begin(dense if side == "generator" else training.dense_generator(), training, own)
        for _ in range(own.steps):
            game.step()
        inputs = training.example(side, seeds.generator(training.settings.seed, "pruning"))
        return ChannelCut(dense, inputs, game.gated[side].groups, _ranks(game.last_word(side)))


def _ranks(logits: dict[str, Tensor]) -> dict[str, Tensor]:
    """By group, the share of all channels that are less open; infinite for those that stay in any case."""
    parts = places_among(torch.cat(list(logits.values()))).split([len(each) for each in logits.values()])
    ranks = {name: part.clone() for name, part in zip(logits, parts, strict=True)}
    for name, each in logits.items():
        least = max(1, round(LEAST * len(each)))
        ranks[name][each.topk(least).indices] = torch.inf
    return ranks
