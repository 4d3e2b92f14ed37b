"""Who says what a candidate is worth: quality, drift and cost, held against its dense network. Knows no method."""

import hashlib
import io
import time
from dataclasses import dataclass, replace
from types import SimpleNamespace

import torch
from PIL import Image
from torch import Tensor, nn

from ganprune.candidate import Candidate
from ganprune.config import TrialSettings
from ganprune.evaluator import Evaluator, drift_from
from ganprune.metrics import quality
from ganprune.metrics.cost import cost, sparsity, stored_bytes
from ganprune.objective import Row
from ganprune.point import NullLine, Point, Scored, point_id
from ganprune.screening_threshold import ScreeningThreshold
from ganprune.train import DivergedError

STRIP = 16  # pictures in a point's strip
FEW = 250  # pictures that screen a point, or tell at a rung how training goes


@dataclass(frozen=True)
class Dense:
    """A network before pruning, as what is made of it is held against it."""

    net: nn.Module
    drawn: Tensor
    scores: dict[str, float]
    failed: bool  # it draws (almost) one kind of picture


class Judge:
    def __init__(
        self, number: int, settings: TrialSettings, evaluator: Evaluator, bar: ScreeningThreshold = ScreeningThreshold()
    ):
        """`bar`: a pruned point that few pictures show to be far from it is not given more of them."""
        self.number, self.settings, self.evaluator, self.bar = number, settings, evaluator, bar
        self._dense: dict[bool, Dense] = {}  # the last one, by whether few pictures were drawn

    def refuse_divergence(self, dense: Dense, epoch: int) -> None:
        """DivergedError where all epochs led to a generator of (almost) one picture; before that it may recover."""
        if dense.failed and epoch == self.settings.train.epochs:
            raise DivergedError(f"after epoch {epoch} it draws (almost) one kind of picture")

    def score(self, candidate: Candidate) -> Scored:
        started = time.perf_counter()
        dense = self.dense(candidate.reference, candidate.few)
        if not candidate.few:
            self.refuse_divergence(dense, candidate.epoch)
        found = sparsity(candidate.net, dense.net)
        costs = cost(candidate.net, self.evaluator.one_input)
        drawn = self._drawn(candidate, SimpleNamespace(sparsity=found.prunable, scores=costs), dense)
        scores, drift = self._measure(drawn, dense)
        screened = candidate.few or len(drawn) < self.evaluator.n_samples
        method, asked = self.settings.prune.method, candidate.asked
        point = Point(
            id=point_id(self.number, method, asked, candidate.epoch),
            trial=self.number,
            method=method,
            threshold=asked.get("threshold"),
            epoch=candidate.epoch,
            target=candidate.target,
            sparsity=found.prunable,
            sparsity_all=found.all,
            layers=found.layers,
            scores=scores | costs,
            drift=drift,
            fcd_stale=None
            if screened or candidate.bare is None
            else self.evaluator.fcd(self.evaluator.draw(candidate.bare)),
            n_samples=len(drawn),
            eligible=not screened and self._eligible(scores, len(drawn), dense),
            weights=weights_hash(candidate.net),
            seconds=time.perf_counter() - started,
            images=candidate.images,
            device=self.evaluator.origin.device,
            torch=self.evaluator.origin.torch,
        )
        return Scored(point, strip(drawn), stored_bytes(candidate.net) if candidate.kept else None)

    def null(self, name: str, about: str, net: nn.Module, dense: Dense) -> NullLine:
        """What such a network scores beside this dense one."""
        drawn = self.evaluator.draw(net)
        scores, _ = self._measure(drawn, dense)
        scores |= cost(net, self.evaluator.one_input)
        return NullLine(name, about, None, scores, len(drawn), trial=self.number)

    def control(self, name: str, about: str, net: nn.Module, candidate: Candidate) -> NullLine:
        """What such a network scores where a candidate stands: as sparse, and as dear."""
        dense = self.dense(candidate.reference)
        null = self.null(name, about, net, dense)
        costs = cost(candidate.net, self.evaluator.one_input)
        return replace(null, sparsity=sparsity(net, dense.net).prunable, scores=null.scores | costs)

    def dense(self, net: nn.Module, few: bool = False) -> Dense:
        """Scored once, however many candidates are held against it."""
        if few not in self._dense or self._dense[few].net is not net:
            drawn = self.evaluator.draw(net, last=FEW if few else None)
            scores = self.evaluator.quality(drawn)
            self._dense[few] = Dense(net, drawn, scores, self.evaluator.has_diverged(drawn, scores["coverage"]))
        return self._dense[few]

    def _measure(self, drawn: Tensor, dense: Dense) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """Quality and mean drift by the names of METRICS; and the drift's spread over pairs."""
        drift = drift_from(dense.drawn, drawn)
        means = {name: spread["mean"] for name, spread in drift.items()}
        scores = dense.scores if drawn is dense.drawn else self.evaluator.quality(drawn)
        return scores | means, drift

    def _drawn(self, candidate: Candidate, found: Row, dense: Dense) -> Tensor:
        """Its pictures: few of them where they show that more are not worth it."""
        if not found.sparsity and weights_hash(candidate.net) == weights_hash(dense.net):
            return dense.drawn
        few = self.evaluator.draw(candidate.net, last=FEW)
        if len(dense.drawn) <= len(few) or (found.sparsity and self._is_far(found, few)):
            return few[: len(dense.drawn)]
        return torch.cat([few, self.evaluator.draw(candidate.net, first=FEW)])

    def _is_far(self, found: Row, few: Tensor) -> bool:
        by = self.evaluator.by
        return not self.bar.is_near(by.saved(found), self.evaluator.measure(by.quality.metric, few))

    def _eligible(self, scores: dict[str, float], n_samples: int, dense: Dense) -> bool:
        full = self.evaluator.n_samples
        allowed = quality.eligible(scores["skill"], scores["coverage"], dense.scores["coverage"], n_samples, full)
        return allowed and not dense.failed


def weights_hash(net: nn.Module) -> str:
    """16 hex digits that name these very weights.

    Batch-norm statistics don't count: they are made again, and another processor rounds them differently.
    """
    digest = hashlib.sha256()
    for name, weight in net.named_parameters():
        digest.update(name.encode() + weight.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def strip(drawn: Tensor) -> bytes:
    """PNG of the first pictures side by side."""
    row = torch.cat(list(drawn[:STRIP].cpu()), dim=2).permute(1, 2, 0)
    file = io.BytesIO()
    Image.fromarray(row.squeeze(2).numpy()).save(file, "PNG")
    return file.getvalue()
