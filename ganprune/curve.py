"""One trained generator, pruned at one threshold after another, each result scored: the points of a trial."""

import hashlib
import io
import time
from collections.abc import Iterable, Iterator

import torch
from PIL import Image
from torch import Tensor, nn

from ganprune.bar import Bar
from ganprune.config import TrialSettings
from ganprune.finetune import finetune
from ganprune.metrics import quality
from ganprune.metrics.cost import cost, sparsity, stored_bytes
from ganprune.point import Point, Scored, point_id
from ganprune.pruned import mended, sieve_of, without
from ganprune.pruning import METHODS
from ganprune.pruning.prune import Masks, tidy
from ganprune.refine import middle_first
from ganprune.train import DivergedError, Training
from ganprune.workbench import Workbench, drift_from

STRIP = 16  # pictures in a point's strip
FEW = 250  # pictures that screen a point, or tell at a rung how training goes
GLANCE = (0.0, 0.75, 0.9375)  # target sparsities scored at a rung


class Curve:
    """The dense generator of a training, and what one method makes of it."""

    def __init__(
        self, number: int, settings: TrialSettings, bench: Workbench, training: Training, n: int | None = None
    ):
        """`n`: pictures that a point is scored with; None: the study's full number."""
        self.number, self.settings, self.bench, self.training, self.n = number, settings, bench, training, n
        self.dense = training.dense_generator()
        self.dense_drawn = bench.draw(self.dense, last=n)
        self.dense_scores = bench.quality(self.dense_drawn)
        self.dense_failed = bench.has_diverged(self.dense_drawn, self.dense_scores["coverage"])
        self.sieve = sieve_of(self.dense, settings)
        self.sieve_d = sieve_of(training.discriminator, settings) if settings.prune.discriminator else None

    def refuse_divergence(self) -> None:
        """DivergedError where all epochs led to a generator of (almost) one picture; before that it may recover."""
        if self.dense_failed and self.training.epoch == self.settings.train.epochs:
            raise DivergedError(f"after epoch {self.training.epoch} it draws (almost) one kind of picture")

    def thresholds(self) -> Iterator[tuple[float, float | None]]:
        """What to score, the most wanted first: the dense model, the trial's own threshold, the shared targets, any
        beginning of which is spread over the whole curve.

        Each threshold comes with the target sparsity it was solved for. A target that spared layers forbid is
        left out, and so is a threshold of its own that takes more than the method may.
        """
        prune = self.settings.prune
        yield 0.0, 0.0
        own = tidy(prune.threshold)
        if self.sieve.sparsity(own) <= METHODS[prune.method].most:
            yield own, None
        yield from self.solved(middle_first(sorted(target for target in prune.targets if target > 0)))

    def solved(self, targets: Iterable[float]) -> Iterator[tuple[float, float]]:
        """The thresholds that reach these sparsities, where spared layers let them."""
        for target in targets:
            threshold = self.sieve.threshold(target)
            if threshold is not None:
                yield threshold, target

    def score(self, threshold: float, target: float | None, bar: Bar = Bar()) -> Scored:
        """Prune the dense generator at this threshold, mend it as the settings say, measure it.

        A pruned point that few pictures show to be far from `bar` is not given more of them.
        """
        started = time.perf_counter()
        masks = self.sieve.masks(threshold)
        bare = without(self.dense, masks)
        pruned, images = self.made_ready(bare, masks, threshold)
        found = sparsity(pruned)
        drawn = self.drawn(pruned, found.prunable, bar)
        scores, drift = self.measure(pruned, drawn)
        screened = self.n is not None or len(drawn) < len(self.bench.latents)
        shared = target is None or target in self.settings.prune.targets
        point = Point(
            id=point_id(self.number, self.settings.prune.method, threshold, self.training.epoch),
            trial=self.number,
            method=self.settings.prune.method,
            threshold=threshold,
            epoch=self.training.epoch,
            target=target,
            sparsity=found.prunable,
            sparsity_all=found.all,
            layers=found.layers,
            scores=scores,
            drift=drift,
            fcd_stale=self.bench.fcd(self.bench.draw(bare.eval())) if shared and not screened else None,
            n_samples=len(drawn),
            eligible=not screened and self.eligible(scores, len(drawn)),
            weights=weights_hash(pruned),
            seconds=time.perf_counter() - started,
            images=images,
        )
        return Scored(point, strip(drawn), stored_bytes(pruned) if images else None)

    def made_ready(self, bare: nn.Module, masks: Masks, threshold: float) -> tuple[nn.Module, int]:
        """A copy of the pruned generator, fine-tuned and mended; and the pictures it was fine-tuned on."""
        pruned, images = without(bare, masks), 0
        if self.settings.prune.finetune_steps:
            masks_d = self.sieve_d.masks(threshold) if self.sieve_d else {}
            images = finetune(pruned, self.training, self.bench.pixels, self.settings.prune, masks, masks_d)
        return mended(pruned, self.settings, self.training), images

    def drawn(self, pruned: nn.Module, found: float, bar: Bar) -> Tensor:
        """Its pictures: few of them where they show that more are not worth it."""
        if not found and not self.settings.prune.finetune_steps:
            return self.dense_drawn
        few = self.bench.draw(pruned, last=FEW)
        enough = min(self.n or len(self.bench.latents), len(self.bench.latents))
        if enough <= len(few) or (found and not bar.is_near(found, self.bench.fcd(few))):
            return few[:enough]
        return torch.cat([few, self.bench.draw(pruned, first=FEW, last=self.n)])

    def measure(self, pruned: nn.Module, drawn: Tensor) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """Quality, mean drift and cost by the names of METRICS; and the drift's spread over pairs."""
        drift = drift_from(self.dense_drawn, drawn)
        means = {name: spread["mean"] for name, spread in drift.items()}
        scores = self.dense_scores if drawn is self.dense_drawn else self.bench.quality(drawn)
        return scores | means | cost(pruned, (self.settings.model.latent,)), drift

    def eligible(self, scores: dict[str, float], n_samples: int) -> bool:
        full = len(self.bench.latents)
        allowed = quality.eligible(scores["skill"], scores["coverage"], self.dense_scores["coverage"], n_samples, full)
        return allowed and not self.dense_failed


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
