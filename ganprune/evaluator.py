"""What all trials of a study share: pictures, latents, and the yardsticks that points are measured with."""

from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ganprune.config import ModelSettings
from ganprune.data.images import Images, crop, to_bytes
from ganprune.identity import Origin, here
from ganprune.metrics import drift, quality
from ganprune.metrics.features import FeatureNet, features, prepare
from ganprune.metrics.inception import inception_features, score_inception
from ganprune.metrics.quality import RealSide
from ganprune.models import build
from ganprune.models.gan import Inputs, pictures
from ganprune.objective import Objectives

DRIFT_PAIRS = 250  # as in paper 1
DRIFT = {"uqi": drift.uqi, "ssim": drift.ssim, "ms_ssim": drift.ms_ssim, "uqi_sewar": drift.uqi_sewar}


@dataclass(frozen=True)
class Inception:
    """The yardstick of the literature; slow without a GPU, so only where it is asked for."""

    net: nn.Module
    real: Tensor  # (n, 2048) features of the `search` pictures

    def scores(self, drawn: Tensor) -> dict[str, float]:
        return score_inception(self.real, *inception_features(self.net, drawn))


@dataclass(frozen=True, eq=False)
class Evaluator:
    images: Images
    model: ModelSettings  # of the study; trials may differ in its width
    net: FeatureNet
    real: RealSide  # of the `search` pictures
    real_entropy: float | None  # of their predicted classes; None without classes
    gaussian: float  # the null line that skill is measured by: what a Gaussian of the pixels scores
    inputs: Inputs  # of the generators, n_samples of them: the same for all points of a study
    store: Path
    grid: Collection[int] = ()  # epochs at which trained states are kept
    inception: Inception | None = None  # when fid or kid is asked for
    by: Objectives = Objectives()  # what the study searches for
    device: str = "cpu"

    def on(self, device: str) -> "Evaluator":
        """The same evaluator where a trial runs; the networks of this one stay where they are."""
        if device == self.device:
            return self
        inception = self.inception and replace(self.inception, net=deepcopy(self.inception.net).to(device))
        return replace(self, net=deepcopy(self.net).to(device), inception=inception, device=device)

    @property
    def origin(self) -> Origin:
        """Of what is trained here."""
        return here(self.images.fingerprint, self.device)

    @cached_property
    def training_set(self) -> tuple[Tensor, Tensor]:
        """Training pictures, uint8, and their labels, on the device."""
        return self.images.train.tensors(self.device)

    @property
    def pixels(self) -> Tensor:
        return self.training_set[0]

    @property
    def n_samples(self) -> int:
        return len(next(iter(self.inputs.values())))

    @property
    def one_input(self) -> list[Tensor]:
        """Of one picture, as a generator takes them."""
        return [tensor[:1].to(self.device) for tensor in self.inputs.values()]

    def sample_inputs(self, n: int, random: torch.Generator) -> Inputs:
        """So many of the kind that the model takes, its classes in the shares of the training pictures."""
        labels = torch.from_numpy(np.resize(self.images.train.labels, n))
        return build(self.model).inputs(n, random, labels)

    def draw(self, generator: nn.Module, first: int = 0, last: int | None = None) -> Tensor:
        """What the metrics look at: uint8 pictures (n, channels, crop, crop), one for each input of that stretch."""
        inputs = {name: tensor[first:last].to(self.device) for name, tensor in self.inputs.items()}
        return crop(to_bytes(pictures(generator, inputs)), self.images.crop)

    def features(self, drawn: Tensor) -> Tensor:
        return features(self.net, prepare(drawn, self.images.crop, self.images.features_side)).cpu()

    def fcd(self, drawn: Tensor) -> float:
        return self.real.fcd(self.features(drawn))

    def quality(self, drawn: Tensor) -> dict[str, float]:
        """Distance of generated to real pictures, by the names of METRICS; skill is that of the study's objective."""
        scores = quality.score_quality(self.real, self.features(drawn))
        scores |= self.inception.scores(drawn) if self.inception else {}
        return scores | {"skill": quality.skill(scores[self.by.quality.metric], self.gaussian)}

    def has_diverged(self, drawn: Tensor, coverage: float) -> bool:
        """Whether dense pictures show that training failed (protocol: coverage, entropy of predicted classes)."""
        if self.real_entropy is None:
            return quality.diverged(coverage)
        return quality.diverged(coverage, self.net.probabilities(self.features(drawn)), self.real_entropy)


def drift_from(dense: Tensor, drawn: Tensor) -> dict[str, dict[str, float]]:
    """Likeness to the dense generator's pictures, latent by latent: by metric, how it spreads over the pairs."""
    pairs = dense[:DRIFT_PAIRS].cpu(), drawn[:DRIFT_PAIRS].cpu()
    return {name: drift.spread(metric(*pairs)) for name, metric in DRIFT.items()}
