"""The points of one training, from dense to sparsest, that a method makes by cutting its dense generator."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from torch import nn

from ganprune import seeds
from ganprune.candidate import Candidate, Candidates
from ganprune.config import RUNG_TARGETS
from ganprune.curve_refinement import middle_first, widest_step
from ganprune.gap import Gap
from ganprune.masks import masked
from ganprune.models.gan import Inputs, recalibrate
from ganprune.null_names import RANDOM_CONTROL
from ganprune.objective import COSTS, SPARSITY, Objectives
from ganprune.point import Point
from ganprune.recover import recover
from ganprune.run import Run
from ganprune.threshold import THRESHOLD, round_threshold

if TYPE_CHECKING:
    from ganprune.cut import CutMethod


class Curve:
    """The dense generator of a training, and what one method makes of it."""

    def __init__(self, method: "CutMethod", run: Run):
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
        points, targets = list(points), Objectives(COSTS["macs" if self._prune.targets_of == "macs" else SPARSITY])
        for _ in range(self._run.refined):
            target = widest_step(points, self._run.evaluator.by, targets)
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
