"""What a trial yields: an epoch trained, a point scored. Small frozen records, the currency of the whole house."""

import hashlib
import json
from dataclasses import dataclass, field, fields
from typing import Any

NO_TIME = "out of time"  # so begins the reason of what ended because time was up


@dataclass(frozen=True)
class EpochTrained:
    """One more epoch of the pair is in the store."""

    epoch: int
    loss_g: float
    loss_d: float
    images: int  # pictures shown in this epoch
    seconds: float
    triplets: bytes | None = None  # PNG, after the first epoch of what translates: input, target, output


@dataclass(frozen=True)
class RungReached:
    """Training is at an epoch where it may be stopped; a few points were scored there."""

    epoch: int


@dataclass(frozen=True)
class Point:
    """One pruned generator, scored."""

    id: str
    trial: int
    method: str
    threshold: float | None  # None: its method has none
    epoch: int
    target: float | None  # the shared sparsity its threshold was solved for; None: the trial's own threshold
    sparsity: float  # measured: zeros over prunable weights
    sparsity_all: float  # zeros over all parameters
    layers: dict[str, float]  # sparsity layer by layer
    scores: dict[str, float]  # by the names of ganprune.metrics.METRICS
    drift: dict[str, dict[str, float]]  # by metric: mean, median, min, max, variance, std over pairs
    fcd_stale: float | None  # fcd before batch-norm recalibration and fine-tuning; None: only screened, or refines
    n_samples: int
    eligible: bool
    weights: str  # hash of the pruned generator's weights
    seconds: float
    images: int = 0  # training pictures shown to decide what goes, and to fine-tune it
    device: str = "cpu"  # kind that its training ran on
    torch: str = ""  # version that it was trained with; early records do not say
    gap: list[float] = field(default_factory=list)  # real above drawn pictures' logits, look by look of fine-tuning


FLAT = [part.name for part in fields(Point) if part.name not in ("id", "layers", "drift", "scores", "gap")]


@dataclass(frozen=True)
class NullLine:
    """A figure that no method may claim credit for beating: drawn in every plot, never competing."""

    name: str
    about: str
    sparsity: float | None = None  # None: a horizontal line
    scores: dict[str, float] = field(default_factory=dict)
    n_samples: int = 0
    images: int = 0  # training pictures shown for it
    trial: int | None = None  # whose trained model it was made from


@dataclass(frozen=True)
class Confirmed:
    """A point of the front scored again: fresh latents, real pictures of `report`, which no search saw."""

    point: str  # id
    seed: int  # that the training was begun with: the point's own, or another
    metric: str  # the quality that was asked for
    score: float  # of it, in the study's feature network
    lo: float  # with other latents, 95 % of the time
    hi: float
    referee: float | None  # in another network's features; None where there is none
    skill: float
    coverage: float
    sparsity: float
    n_samples: int
    images: int = 0  # training pictures shown for it


@dataclass(frozen=True)
class Latency:
    """What one picture takes on one thread of the CPU, nothing else running, in turn with the dense network."""

    trial: int
    point: str  # id
    ms: float
    dense_ms: float
    ratio_lo: float  # of ms to dense_ms, 95 % of the time
    ratio_hi: float
    rounds: int
    processor: str
    runtime: str = "torch"  # which early studies took, where small networks save less than in their files

    @property
    def scores(self) -> dict[str, float]:
        """By the names of METRICS."""
        noise = (self.ratio_hi - self.ratio_lo) / 2
        return {"latency_ms": self.ms, "latency_dense_ms": self.dense_ms, "latency_noise": noise}


@dataclass(frozen=True)
class Scored:
    """A point with what belongs to it and is too big for its record."""

    point: Point
    strip: bytes  # PNG: the same few latents for every point of a study
    weights: bytes | None = None  # safetensors, only where pictures were shown to make it: others can be made again


@dataclass(frozen=True)
class Finished:
    """The last a trial says."""

    state: str  # completed, stopped, diverged or failed; out_of_memory or user_error: to be run again
    reason: str = ""  # one line
    details: str = ""  # a traceback, for the log


def point_id(trial: int, method: str, asked: dict[str, Any], epoch: int) -> str:
    """A pure function of what makes the point; no comma, no slash, a letter first."""
    return f"t{trial:04d}-{method}-{_knob(asked)}-e{epoch}"


def _knob(asked: dict[str, Any]) -> str:
    """The threshold, or where a method has none, a hash of its settings."""
    if "threshold" in asked:
        return f"{asked['threshold']:g}"
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:8]
