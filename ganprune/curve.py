"""One trained generator, pruned at one threshold after another, each result scored: the points of a trial."""

import hashlib
import io
import time
from collections.abc import Iterator

import torch
from PIL import Image
from torch import Tensor, nn

from ganprune.config import TrialSettings
from ganprune.finetune import finetune
from ganprune.metrics import quality
from ganprune.metrics.cost import cost, sparsity, stored_bytes
from ganprune.point import Point, Scored, point_id
from ganprune.pruned import mended, sieve_of, without
from ganprune.pruning import METHODS
from ganprune.pruning.prune import Masks, tidy
from ganprune.train import DivergedError, Training
from ganprune.workbench import Workbench, drift_from

STRIP = 16  # pictures in a point's strip


class Curve:
    """The dense generator of a training, and what one method makes of it."""

    def __init__(self, number: int, settings: TrialSettings, bench: Workbench, training: Training):
        self.number, self.settings, self.bench, self.training = number, settings, bench, training
        self.dense = training.dense_generator()
        self.dense_drawn = bench.draw(self.dense)
        self.dense_coverage = bench.quality(self.dense_drawn)["coverage"]
        self.dense_failed = bench.has_diverged(self.dense_drawn, self.dense_coverage)
        if self.dense_failed and training.epoch == settings.train.epochs:
            raise DivergedError(f"after epoch {training.epoch} it draws (almost) one kind of picture")
        self.sieve = sieve_of(self.dense, settings)
        self.sieve_d = sieve_of(training.discriminator, settings) if settings.prune.discriminator else None

    def thresholds(self) -> Iterator[tuple[float, float | None]]:
        """What to score, the most wanted first: the dense model, the trial's own threshold, the shared targets.

        Each threshold comes with the target sparsity it was solved for. A target that spared layers forbid is
        left out, and so is a threshold of its own that takes more than the method may.
        """
        prune = self.settings.prune
        yield 0.0, 0.0
        own = tidy(prune.threshold)
        if self.sieve.sparsity(own) <= METHODS[prune.method].most:
            yield own, None
        for target in sorted(prune.targets):
            threshold = self.sieve.threshold(target)
            if target > 0 and threshold is not None:
                yield threshold, target

    def score(self, threshold: float, target: float | None) -> Scored:
        """Prune the dense generator at this threshold, mend it as the settings say, measure it."""
        started = time.perf_counter()
        masks = self.sieve.masks(threshold)
        pruned, stale, images = self.prune(masks, threshold)
        drawn = self.bench.draw(pruned)
        scores, drift = self.measure(pruned, drawn)
        found = sparsity(pruned)
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
            fcd_stale=stale,
            n_samples=len(drawn),
            eligible=self.eligible(scores, len(drawn)),
            weights=weights_hash(pruned),
            seconds=time.perf_counter() - started,
            images=images,
        )
        return Scored(point, strip(drawn), stored_bytes(pruned) if images else None)

    def prune(self, masks: Masks, threshold: float) -> tuple[nn.Module, float, int]:
        """The pruned and mended generator, its fcd before mending, and the pictures it was fine-tuned on."""
        pruned, images = without(self.dense, masks), 0
        stale = self.bench.fcd(self.bench.draw(pruned))
        if self.settings.prune.finetune_steps:
            masks_d = self.sieve_d.masks(threshold) if self.sieve_d else {}
            images = finetune(pruned, self.training, self.bench.pixels, self.settings.prune, masks, masks_d)
        return mended(pruned, self.settings, self.training), stale, images

    def measure(self, pruned: nn.Module, drawn: Tensor) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """Quality, mean drift and cost by the names of METRICS; and the drift's spread over pairs."""
        drift = drift_from(self.dense_drawn, drawn)
        means = {name: spread["mean"] for name, spread in drift.items()}
        return self.bench.quality(drawn) | means | cost(pruned, (self.settings.model.latent,)), drift

    def eligible(self, scores: dict[str, float], n_samples: int) -> bool:
        full = len(self.bench.latents)
        allowed = quality.eligible(scores["skill"], scores["coverage"], self.dense_coverage, n_samples, full)
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
