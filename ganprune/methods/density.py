"""Two agents decide which channels stay, so that density is kept in every neighbourhood of what the dense net draws.

After Ganjdanesh et al. 2024 ("Compressing image-to-image translation GANs using local density structures on their
learned manifold"), of which only abstract and secondary accounts could be read: neighbourhoods on the dense generator's
manifold about its own samples, adversarial matching inside them, and two agents, of generator and discriminator, that
hear of each other. The form of the agents and budgets is that of Gao et al. 2021. Decided here: what `ganprune.
local_game` says of features and of what is real; local moments beside the game; that the agents' last word ranks the
channels, so that one decision, kept in the store, gives a whole curve; and that a discriminator that is pruned as well
is cut to its own budget at once. What the agents are shown is counted among a point's pictures.
"""

from math import ceil

import torch
from pydantic import Field, PositiveInt
from torch import Tensor, nn

from ganprune import seeds
from ganprune.channels import channel_groups
from ganprune.config import PruneSettings, TrialSettings
from ganprune.cut import Cut, CutMethod
from ganprune.local_game import CENTRES, NETS, Game, GameSettings
from ganprune.methods.channels import ChannelCut, places_among
from ganprune.run import Run
from ganprune.threshold import THRESHOLD
from ganprune.train import Training

VERSION = 2  # raise it whenever the same agents would decide otherwise: what the store has of them is then left
LEAST = 1 / 16  # of the channels of a group, and one at least, stay
SHARE = 0.5  # of a comparison's fine-tuning that agents may have of its pictures
Logits = dict[str, Tensor]  # by group


class DensitySettings(GameSettings):
    threshold: float = Field(0.5, ge=0, lt=1, description="share of the channels")
    steps: PositiveInt = 300  # of the agents

    @property
    def images_a_step(self) -> int:
        return CENTRES * (self.near + 1)


class Density(CutMethod):
    Settings = DensitySettings
    structured = True

    def decided_with(self, prune: PruneSettings) -> int:
        own = self.Settings(**prune.own)
        return own.steps * own.images_a_step

    def at(self, settings: TrialSettings, sparsity: float) -> TrialSettings:
        """One decision, whose agents are shown some of the pictures of fine-tuning; of MACs they are told how many."""
        asked = super().at(settings, sparsity)
        own, batch, steps = self.Settings(**asked.prune.own), asked.train.batch, asked.prune.recovery_steps
        if asked.prune.targets_of == "macs":
            asked = asked.with_own(budget=1 - sparsity)
        if not asked.prune.recovers:
            return asked
        mine = max(1, min(own.steps, int(SHARE * steps * batch) // own.images_a_step))
        left = max(0, steps - ceil(mine * own.images_a_step / batch))
        return asked.with_own(steps=mine).with_prune(recovery_steps=left)

    def cuts(self, dense: nn.Module, run: Run) -> dict[str, Cut]:
        """Of both networks by one decision."""
        prune, training = run.settings.prune, run.training
        own = self.Settings(**prune.own)
        key = {"agents": own.model_dump(exclude={THRESHOLD}) | {"version": VERSION}}
        words = _by_net(run.once(key, lambda: _flat(_last_words(dense, training, own))))
        cuts = {"generator": _cut(dense, training, words, "generator", prune.targets_of)}
        if prune.discriminator:
            whole = _cut(training.discriminator, training, words, "discriminator", "macs")
            cuts["discriminator"] = whole.decided(1 - own.budget_d)
        return cuts

    def cut(self, dense: nn.Module, training: Training, prune: PruneSettings, side: str = "generator") -> ChannelCut:
        generator = dense if side == "generator" else training.dense_generator()
        words = _last_words(generator, training, self.Settings(**prune.own))
        return _cut(dense, training, words, side, prune.targets_of)


def _last_words(generator: nn.Module, training: Training, own: DensitySettings) -> dict[str, Logits]:
    """By network, what its agent comes to."""
    game = Game.begin(generator, training, own)
    for _ in range(own.steps):
        game.step()
    return {net: game.last_word(net) for net in NETS}


def _flat(words: dict[str, Logits]) -> Logits:
    return {f"{net}/{group}": each for net, logits in words.items() for group, each in logits.items()}


def _by_net(flat: Logits) -> dict[str, Logits]:
    found: dict[str, Logits] = {net: {} for net in NETS}
    for name, each in flat.items():
        net, _, group = name.partition("/")
        found[net][group] = each
    return found


def _cut(net: nn.Module, training: Training, words: dict[str, Logits], side: str, shares_of: str) -> ChannelCut:
    inputs = training.example(side, seeds.generator(training.settings.seed, "pruning"))
    groups = channel_groups(net, inputs, training.gan.outputs[side])
    ordered = {group.name: words[side][group.name] for group in groups}
    return ChannelCut(net, inputs, groups, _ranks(ordered), shares_of)


def _ranks(logits: Logits) -> Logits:
    """By group, the share of all channels that are less open; infinite for those that stay in any case."""
    parts = places_among(torch.cat(list(logits.values()))).split([len(each) for each in logits.values()])
    ranks = {name: part.clone() for name, part in zip(logits, parts, strict=True)}
    for name, each in logits.items():
        least = max(1, round(LEAST * len(each)))
        ranks[name][each.topk(least).indices] = torch.inf
    return ranks
