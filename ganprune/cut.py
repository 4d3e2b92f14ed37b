"""The story of the methods that cut a trained network: one training, one curve, any threshold.

Such a method tells, of a dense network, what a threshold takes and which threshold reaches a sparsity. The rest is
common: train, or take from the store; the dense model, the trial's own threshold, the shared sparsities; recover; and
more points where the curve steps down most.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain
from operator import itemgetter
from typing import Protocol

import torch
from torch import nn

from ganprune import seeds
from ganprune.candidate import Candidate, Candidates
from ganprune.config import RUNG_TARGETS, PruneSettings, TrialSettings
from ganprune.curve_refinement import middle_first, widest_step
from ganprune.gap import Gap
from ganprune.hooks import TrainingHook
from ganprune.masks import Masks, masked
from ganprune.models.gan import Inputs, recalibrate
from ganprune.null_names import RANDOM_CONTROL
from ganprune.point import EpochTrained, Point, RungReached
from ganprune.recover import recover
from ganprune.run import Run
from ganprune.settings import Settings
from ganprune.train import Training

THRESHOLD = "threshold"


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


class Curve:
    """The dense generator of a training, and what one method makes of it."""

    def __init__(self, method: CutMethod, run: Run):
        self._run, self._prune, self._most = run, run.settings.prune, method.most
        self.dense = run.training.dense_generator()
        self._cuts = method.cuts(self.dense, run)
        self.cut = self._cuts["generator"]
        self._decided_with = method.decided_with(self._prune)
        self._last = self.dense  # where the next recovery begins, if it goes along the curve

    def rung_candidates(self) -> Iterator[Candidate]:
        """A few points from few pictures: how training goes."""
        for threshold, target in self.solved(RUNG_TARGETS):
            yield replace(self.candidate(threshold, target), few=True)

    def points(self) -> Candidates:
        """As far as time allows; whether training and curve came to an end."""
        wanted = list(self.thresholds())
        points = yield self._while_allowed(wanted)
        if len(points) < len(wanted):
            return False
        if not self._prune.recovers:  # which would cost as much for every further point
            yield from self._refined(points)
        return self._run.has_trained

    def _while_allowed(self, wanted: Iterable[tuple[float, float | None]]) -> Iterator[Candidate]:
        """The dense model in any case."""
        for threshold, target in wanted:
            if threshold and not self._allowed:
                return
            yield self.candidate(threshold, target)

    def _refined(self, points: Sequence[Point]) -> Generator[Candidate, Point, None]:
        """More points of the curve, each where the ones so far leave most to gain."""
        points = list(points)
        for _ in range(self._run.refined):
            target = widest_step(points, self._run.evaluator.by)
            threshold = target and self.cut.threshold(target)
            if not threshold or not self._allowed:
                return
            points.append((yield self.candidate(threshold, target)))

    @property
    def _allowed(self) -> bool:
        return self._run.pace.allows(self._run.pace.point_seconds(self._run.settings))

    def thresholds(self) -> Iterator[tuple[float, float | None]]:
        """What to score, the most wanted first: the dense model, the trial's own threshold, the shared targets, any
        beginning of which is spread over the whole curve. From dense to sparsest where recovery goes along it.

        Each threshold comes with the target sparsity it was solved for. A target that spared layers forbid is
        left out, and so is a threshold of its own that takes more than the method may. Settings without one ask for the
        targets alone.
        """
        if THRESHOLD not in self._prune.own:
            return self.solved(sorted(self._prune.targets))
        own = round_threshold(self._prune.own[THRESHOLD])
        first = [(0.0, 0.0)] + ([(own, None)] if self.cut.sparsity(own) <= self._most else [])
        targets = sorted(target for target in self._prune.targets if target > 0)
        if self.along:
            return iter(sorted([*first, *self.solved(targets)], key=lambda pair: pair[0]))
        return chain(first, self.solved(middle_first(targets)))

    def way_to(self, wanted: dict[float | None, float]) -> Iterable[tuple[float | None, float]]:
        """These thresholds, by target; where recovery goes along the curve, among all that it passes."""
        if not self.along:
            return wanted.items()
        passed = {target: threshold for threshold, target in self.thresholds()}
        return sorted((passed | wanted).items(), key=itemgetter(1))

    def solved(self, targets: Iterable[float]) -> Iterator[tuple[float, float]]:
        """The thresholds that reach these sparsities, where spared layers let them."""
        for target in targets:
            threshold = self.cut.threshold(target)
            if threshold is not None:
                yield threshold, target

    def candidate(self, threshold: float, target: float | None) -> Candidate:
        """Prune the dense generator at this threshold, recover and mend it as the settings say."""
        net, images, gap = self._recovered(threshold)
        images += self._decided_with if threshold else 0
        shared = target is None or target in self._prune.targets
        return Candidate(
            net=self._ready(self.cut.compact(net, threshold)),
            epoch=self._run.training.epoch,
            asked=self._prune.own | {THRESHOLD: threshold},
            target=target,
            reference=self.dense,
            bare=masked(self.dense, self.cut.masks(threshold)).eval() if shared else None,
            images=images,
            gap=gap,
            kept=images > 0,
            back=self._run.training.gan.nets.get("generator_back"),
            control=partial(self._control, threshold) if threshold else None,
        )

    def _recovered(self, threshold: float) -> tuple[nn.Module, int, list[float]]:
        """The masked generator, trained on as the settings say; the pictures for it, and the gap meanwhile."""
        masks = {side: cut.masks(threshold) for side, cut in self._cuts.items()}
        net = masked(self._last if self.along else self.dense, masks["generator"])
        if not self._prune.recovers:
            return net, 0, []
        steps = self._prune.recovery_steps // (len(self._prune.targets) if self.along else 1)
        training, pictures = self._run.training, self._run.evaluator.training_set
        gap = Gap(steps)
        images = recover(net, self.dense, training, pictures, self._prune, masks, steps, {"gap": gap})
        self._last = net
        return net, images, gap.seen

    @property
    def along(self) -> bool:
        return self._prune.recovers and self._prune.recovery_along

    def _control(self, threshold: float) -> nn.Module:
        random = seeds.generator(self._run.settings.train.seed, RANDOM_CONTROL)
        return self._ready(masked(self.dense, self.cut.random_masks(threshold, random)))

    def _ready(self, net: nn.Module) -> nn.Module:
        """The network, in place: its batch norm recalibrated, unless the settings say otherwise."""
        if self._prune.recalibrate:
            recalibrate(net, self._recalibration_inputs)
        return net.eval()

    @cached_property
    def _recalibration_inputs(self) -> Inputs:
        return self._run.training.recalibration_inputs()


def round_threshold(threshold: float) -> float:
    """A threshold as ids and tables write it: 6 significant digits."""
    return float(f"{threshold:g}")
