"""Who says what a candidate is worth: quality, drift and cost, held against its dense network. Knows no method."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from ganprune.candidate import Candidate
from ganprune.config import TrialSettings
from ganprune.evaluator import Evaluator, drift_from
from ganprune.metrics import quality
from ganprune.metrics.cost import Sparsity, sparsity
from ganprune.point import NullLine, Point, Scored, point_id
from ganprune.screening_threshold import ScreeningThreshold
from ganprune.strip import shown, strip
from ganprune.train import DivergedError
from ganprune.weighing import Scales, Weighed, weights_hash

FEW = 250  # pictures that screen a point, or tell at a rung how training goes
MOST_L1 = 1.15  # times the dense network's, of what has true pictures: fcd falls also where they are lost
AHEAD = 4  # points drawn before the first one's file has been compressed


@dataclass(frozen=True)
class Dense:
    """A network before pruning, as what is made of it is held against it."""

    net: nn.Module
    drawn: Tensor
    scores: dict[str, float]
    failed: bool  # it draws (almost) one kind of picture


@dataclass(frozen=True)
class Found:
    """Of a network, what a screening asks for: what is known at once, and what the CPU still works out."""

    zeros: Sparsity
    weighed: Future[Weighed]

    @property
    def sparsity(self) -> float:
        return self.zeros.prunable

    @property
    def scores(self) -> dict[str, float]:
        return self.weighed.result().costs


class Judge:
    def __init__(
        self, number: int, settings: TrialSettings, evaluator: Evaluator, bar: ScreeningThreshold = ScreeningThreshold()
    ):
        """`bar`: a pruned point that few pictures show to be far from it is not given more of them."""
        self.number, self.settings, self.evaluator, self.bar = number, settings, evaluator, bar
        self._dense: dict[bool, Dense] = {}  # the last one, by whether few pictures were drawn
        self._scales = Scales(evaluator.one_input)

    def refuse_divergence(self, failed: bool, epoch: int) -> None:
        """DivergedError where all epochs led to a generator of (almost) one picture; before that it may recover."""
        if failed and epoch == self.settings.train.epochs:
            raise DivergedError(f"after epoch {epoch} it draws (almost) one kind of picture")

    def score(self, candidate: Candidate) -> Scored:
        return self._begin(candidate).result()

    def score_all(self, candidates: Iterable[Candidate]) -> Iterator[Scored]:
        """Each as alone, in their order; while the CPU is not done with one, the next are drawn."""
        begun: deque[Future[Scored]] = deque()
        for candidate in candidates:
            begun.append(self._begin(candidate))
            while begun and (begun[0].done() or len(begun) > AHEAD):
                yield begun.popleft().result()
        for each in begun:
            yield each.result()

    def _begin(self, candidate: Candidate) -> Future[Scored]:
        """All that needs the device is done when it returns."""
        started = time.perf_counter()
        dense = self.dense(candidate.reference, candidate.few)
        weighed = self._scales.weigh(candidate.net, candidate.kept)
        zeros = sparsity(candidate.net, dense.net)
        drawn = self._drawn(candidate, Found(zeros, weighed), dense)
        point = self._point(candidate, zeros, drawn, dense)
        if not candidate.few:
            self.refuse_divergence(self._failed(drawn, point.scores, dense), candidate.epoch)
        pictures, seconds = shown(drawn, dense.drawn, self.evaluator).cpu(), time.perf_counter() - started

        def end() -> Scored:
            told = weighed.result()
            whole = replace(point, scores=point.scores | told.costs, weights=told.weights, seconds=seconds)
            return Scored(whole, strip(pictures), told.stored)

        return self._scales.threads.submit(end)

    def _point(self, candidate: Candidate, zeros: Sparsity, drawn: Tensor, dense: Dense) -> Point:
        """All but what the CPU still works out of its weights."""
        method, asked, few = self.settings.prune.method, candidate.asked, self._is_few(candidate, drawn)
        scores, drift = self._measure(drawn, dense)
        return Point(
            id=point_id(self.number, method, asked, candidate.epoch),
            trial=self.number,
            method=method,
            threshold=asked.get("threshold"),
            epoch=candidate.epoch,
            target=candidate.target,
            sparsity=zeros.prunable,
            sparsity_all=zeros.all,
            layers=zeros.layers,
            scores=scores | self.evaluator.cycle(drawn, candidate.back),
            drift=drift,
            fcd_stale=None if few else self._stale(candidate),
            n_samples=len(drawn),
            eligible=not few and self._eligible(scores, drawn, dense),
            weights="",
            seconds=0.0,
            images=candidate.images,
            device=self.evaluator.origin.device,
            torch=self.evaluator.origin.torch,
            gap=candidate.gap,
        )

    def _is_few(self, candidate: Candidate, drawn: Tensor) -> bool:
        return candidate.few or len(drawn) < self.evaluator.n_samples

    def _stale(self, candidate: Candidate) -> float | None:
        """fcd as pruned, before anything was mended."""
        return None if candidate.bare is None else self.evaluator.fcd(self.evaluator.draw(candidate.bare))

    def null(self, name: str, about: str, net: nn.Module, dense: Dense) -> NullLine:
        """What such a network scores beside this dense one."""
        weighed, drawn = self._scales.weigh(net), self.evaluator.draw(net)
        scores, _ = self._measure(drawn, dense)
        return NullLine(name, about, None, scores | weighed.result().costs, len(drawn), trial=self.number)

    def control(self, name: str, about: str, net: nn.Module, candidate: Candidate) -> NullLine:
        """What such a network scores where a candidate stands: as sparse, and as dear."""
        dense, weighed = self.dense(candidate.reference), self._scales.weigh(candidate.net)
        null = self.null(name, about, net, dense)
        scores = null.scores | weighed.result().costs
        return replace(null, sparsity=sparsity(net, dense.net).prunable, scores=scores)

    def dense(self, net: nn.Module, few: bool = False) -> Dense:
        """Scored once, however many candidates are held against it."""
        if few not in self._dense or self._dense[few].net is not net:
            drawn = self.evaluator.draw(net, last=FEW if few else None)
            scores = self._quality(drawn)
            self._dense[few] = Dense(net, drawn, scores, self.evaluator.has_diverged(drawn, scores["coverage"]))
        return self._dense[few]

    def _measure(self, drawn: Tensor, dense: Dense) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """Quality and mean drift by the names of METRICS; and the drift's spread over pairs."""
        drift = drift_from(dense.drawn, drawn)
        means = {name: spread["mean"] for name, spread in drift.items()}
        scores = dense.scores if drawn is dense.drawn else self._quality(drawn)
        return scores | means, drift

    def _quality(self, drawn: Tensor) -> dict[str, float]:
        return self.evaluator.quality(drawn, self.evaluator.asked)

    def _drawn(self, candidate: Candidate, found: Found, dense: Dense) -> Tensor:
        """Its pictures: few of them where they show that more are not worth it."""
        if candidate.net is dense.net:
            return dense.drawn
        if not found.sparsity and weights_hash(candidate.net) == weights_hash(dense.net):
            return dense.drawn
        few = self.evaluator.draw(candidate.net, last=FEW)
        if len(dense.drawn) <= len(few) or (found.sparsity and self._is_far(found, few)):
            return few[: len(dense.drawn)]
        return torch.cat([few, self.evaluator.draw(candidate.net, first=FEW)])

    def _is_far(self, found: Found, few: Tensor) -> bool:
        if not self.bar.front:
            return False
        by = self.evaluator.by
        return not self.bar.is_near(by.saved(found), self.evaluator.measure(by.quality.metric, few))

    def _eligible(self, scores: dict[str, float], drawn: Tensor, dense: Dense) -> bool:
        full = self.evaluator.n_samples
        allowed = quality.eligible(scores["skill"], scores["coverage"], dense.scores["coverage"], len(drawn), full)
        true = "l1" not in scores or scores["l1"] <= MOST_L1 * dense.scores["l1"]
        return allowed and true and not self._failed(drawn, scores, dense)

    def _failed(self, drawn: Tensor, scores: dict[str, float], dense: Dense) -> bool:
        """Where a dense network did and was trained on as it was pruned, what it came to draws many kinds yet."""
        return dense.failed and self.evaluator.has_diverged(drawn, scores["coverage"])
