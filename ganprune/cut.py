"""The story of the methods that cut a trained network: one training, one curve, any threshold.

Such a method tells, of a dense network, what a threshold takes and which threshold reaches a sparsity. The rest is
common: train, or take from the store; the dense model, the trial's own threshold, the shared sparsities; recover; and
more points where the curve steps down most.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from typing import Protocol

import torch
from torch import nn

from ganprune.candidate import Candidate, Candidates
from ganprune.config import PruneSettings, TrialSettings
from ganprune.curve import Curve
from ganprune.hooks import TrainingHook
from ganprune.masks import Masks
from ganprune.point import EpochTrained, Point, RungReached
from ganprune.run import Run
from ganprune.settings import Settings
from ganprune.threshold import THRESHOLD
from ganprune.train import Training


class Cut(Protocol):
    """What a method may take from one dense network."""

    def sparsity(self, threshold: float) -> float:
        """The share of the prunable weights that this threshold takes."""

    def threshold(self, share: float) -> float | None:
        """The one, to 6 digits, that takes this share, of weights or of what the settings say; None where what is
        spared forbids it.
        """

    def masks(self, threshold: float) -> Masks: ...

    def random_masks(self, threshold: float, random: torch.Generator) -> Masks:
        """As much of each layer, chosen by lot: the control."""

    def compact(self, net: nn.Module, threshold: float) -> nn.Module:
        """A masked network as it ships: smaller, where what goes can be taken out."""


class CutMethod(ABC):
    owns_training = False
    structured = False
    most = 1.0  # a threshold of its own that takes more than this share is left out
    Settings: type[Settings]  # a threshold among them

    def refusal(self, settings: TrialSettings) -> str | None:
        """Any trained network can be cut; what zeros save are no MACs."""
        if settings.prune.targets_of == "macs" and not self.structured:
            return "it makes no network smaller, so that it can't be asked to save MACs"
        return None

    def decided_with(self, prune: PruneSettings) -> int:
        """Whoever only looks at weights needs no pictures."""
        return 0

    def hooks(self, prune: PruneSettings) -> dict[str, TrainingHook]:
        """Nothing acts while it trains, so that other trials share the training."""
        return {}

    def epochs_before(self, prune: PruneSettings) -> int:
        return 0

    @abstractmethod
    def cut(self, dense: nn.Module, training: Training, prune: PruneSettings, side: str = "generator") -> Cut:
        """What may be taken from a dense network of this training."""

    def cuts(self, dense: nn.Module, run: Run) -> dict[str, Cut]:
        """By network, what may be taken of it: of the generator, and of the discriminator where that is pruned too."""
        nets = {"generator": dense}
        if run.settings.prune.discriminator:
            nets["discriminator"] = run.training.discriminator
        return {side: self.cut(net, run.training, run.settings.prune, side) for side, net in nets.items()}

    def candidates(self, run: Run) -> Candidates:
        for trained in run.leaving(self.decided_with(run.settings.prune)).train():
            yield trained
            if trained.epoch in run.rungs:
                yield Curve(self, run).rung_candidates()
                yield RungReached(trained.epoch)
        return (yield from Curve(self, run).points()) if run.training.epoch else False

    def again(self, run: Run, points: Collection[Point]) -> Iterator[EpochTrained | Candidate]:
        """Those of `points` that belong to the last epoch, made once more; none where training does not get there."""
        yield from run.train()
        if not run.has_trained:
            return
        curve, wanted = Curve(self, run), {point.target: point.threshold for point in points}
        for target, threshold in curve.way_to(wanted):
            candidate = curve.candidate(threshold, target)
            if target in wanted:
                yield candidate

    def at(self, settings: TrialSettings, sparsity: float) -> TrialSettings:
        """One point, its threshold solved for."""
        own = {name: value for name, value in settings.prune.own.items() if name != THRESHOLD}
        return settings.with_prune(own=own, targets=(sparsity,))
