"""A member for every shelf, small and of the least convenient kind, as somebody might bring it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import interpolate, relu

from ganprune.candidate import Candidate
from ganprune.config import ModelSettings, PruneSettings
from ganprune.data.source import Source, of_arrays
from ganprune.hooks import TrainingHook
from ganprune.losses import Batch, Descend
from ganprune.masks import apply, masked
from ganprune.metrics.evidence import Evidence
from ganprune.models import Gan
from ganprune.models.gan import recalibrate
from ganprune.passing import PassingMethod
from ganprune.prunable import prunable, weight_name
from ganprune.run import Run
from ganprune.settings import Settings
from ganprune.train import Training


class SwitchSettings(Settings):
    period: int = Field(5, ge=1, description="steps between two switches")
    share: float = Field(0.5, ge=0, lt=1, description="of the weights that are out")


class Switch(TrainingHook):
    """Every so many steps the largest weights stay, and others come back: it depends on when, so it is stored."""

    VERSION = 1

    def __init__(self, settings: SwitchSettings):
        self.settings, self.masks = settings, {}

    def key(self) -> dict:
        return self.settings.model_dump() | {"version": self.VERSION}

    def after_step(self, training: Training) -> None:
        if training.step % self.settings.period == 1:
            self.masks = {name: weight.abs() > self._least(weight) for name, weight in self._weights(training)}
        apply(self.masks, training.generator)

    def _least(self, weight: Tensor) -> Tensor:
        return weight.abs().flatten().kthvalue(int(self.settings.share * weight.numel()) + 1).values

    def _weights(self, training: Training) -> list[tuple[str, Tensor]]:
        return [
            (weight_name(training.generator, each), weight) for each, weight in prunable(training.generator).items()
        ]

    def tensors(self) -> dict[str, Tensor]:
        return dict(self.masks)

    def restore(self, state: dict[str, Tensor]) -> None:
        self.masks = dict(state)


class Switching(PassingMethod):
    """Switches masks while the GAN trains, and has no threshold."""

    Settings = SwitchSettings

    def hooks(self, prune: PruneSettings) -> dict[str, TrainingHook]:
        return {"switch": Switch(SwitchSettings(**prune.own))}

    def candidate(self, run: Run) -> Candidate:
        dense = run.training.dense_generator()
        net = masked(dense, run.training.hooks["switch"].masks)
        recalibrate(net, run.training.recalibration_inputs())
        return Candidate(net.eval(), run.training.epoch, run.settings.prune.own, target=None, reference=dense)


class Residual(Gan):
    """Skips, biases, labels and embeddings on both sides."""

    conditional = True

    def __init__(self, settings: ModelSettings):
        outputs = {"generator": {"to_picture"}, "discriminator": {"to_logit"}}
        super().__init__(settings, Painter(settings), Critic(settings), outputs)


class Painter(nn.Module):
    """16x16, from latents to which the embedding of the class is added."""

    def __init__(self, settings: ModelSettings):
        super().__init__()
        width = settings.width
        self.of_class = nn.Embedding(settings.classes, settings.latent)
        self.from_latents = nn.ConvTranspose2d(settings.latent, width, 4)
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for _ in range(2))
        self.convolutions = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(2))
        self.to_picture = nn.Conv2d(width, settings.channels, 3, padding=1, bias=False)

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        drawn = self.from_latents((latents + self.of_class(labels))[:, :, None, None])
        for norm, convolution in zip(self.norms, self.convolutions, strict=True):
            drawn = interpolate(drawn, scale_factor=2.0)
            drawn = drawn + convolution(relu(norm(drawn)))
        return torch.tanh(self.to_picture(relu(drawn)))


class Critic(nn.Module):
    """How real, and how much like its class (Miyato and Koyama 2018)."""

    def __init__(self, settings: ModelSettings):
        super().__init__()
        self.convolution = nn.Conv2d(settings.channels, settings.width, 4, stride=2, padding=1)
        self.to_logit = nn.Linear(settings.width, 1)
        self.of_class = nn.Embedding(settings.classes, settings.width)

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        seen = relu(self.convolution(pictures)).mean(dim=(2, 3))
        return self.to_logit(seen).flatten() + (seen * self.of_class(labels)).sum(dim=1)


class Penalised:
    """Wasserstein's distance, the critic's slope held near 1 (Gulrajani et al. 2017): gradients of gradients."""

    def step(
        self, nets: dict[str, nn.Module], inputs: dict[str, Tensor], batch: Batch, descend: Descend, both: bool
    ) -> None:
        labels = () if batch.labels is None else (batch.labels,)
        judge: Callable[[Tensor], Tensor] = partial(_judged, nets["discriminator"], labels)
        drawn = nets["generator"](*inputs.values())
        between = ((batch.pictures + drawn.detach()) / 2).requires_grad_()
        (slope,) = torch.autograd.grad(judge(between).sum(), between, create_graph=True)
        penalty = (slope.flatten(1).norm(dim=1) - 1).square().mean()
        descend("d", judge(drawn.detach()).mean() - judge(batch.pictures).mean() + 10 * penalty, drawn)
        if both:
            descend("g", -judge(drawn).mean(), drawn)


def _judged(critic: nn.Module, labels: tuple[Tensor, ...], pictures: Tensor) -> Tensor:
    return critic(pictures, *labels)


def anchored(student: nn.Module, teacher: nn.Module) -> dict[str, TrainingHook]:
    """Begins nearer to zero, and is drawn back to the teacher's weights, with no eye on what is drawn."""
    with torch.no_grad():
        for weight in prunable(student).values():
            weight.mul_(0.9)
    return {"anchor": Anchor(student, teacher)}


class Anchor(TrainingHook):
    def __init__(self, student: nn.Module, teacher: nn.Module):
        self._pairs = list(zip(prunable(student).values(), prunable(teacher).values(), strict=True))

    def loss(self, side: str, inputs: dict[str, Tensor], drawn: Tensor | None) -> Tensor | None:
        if side == "g":
            return sum((weight - anchor.detach()).square().sum() for weight, anchor in self._pairs)
        return None


def brightness(seen: Evidence) -> float:
    """Wasserstein distance of pixels, one with another: no network looks, and the two sides differ in number."""
    at = torch.linspace(0, 1, 256, dtype=torch.float64)
    real, drawn = (side.rows.double().flatten().quantile(at) for side in (seen.real, seen.drawn))
    return (real - drawn).abs().mean().item()


def stripes(data_dir: Path) -> Source:
    """301 pictures of 13 by 11 pixels in three classes of unequal size, no two alike; nothing divides them."""
    labels, random = np.repeat([0, 1, 2], [150, 100, 51]), np.random.default_rng(0)
    slopes = np.array([[1, 0], [0, 1], [1, 1]])[labels]
    places = np.einsum("nk,khw->nhw", slopes, np.indices((13, 11))) + random.integers(6, size=(301, 1, 1))
    bright = 60 + 120 * (places % 6 < 3) + random.integers(-40, 40, (301, 13, 11))
    return of_arrays({"": (bright.astype(np.uint8), labels)}, ("across", "down", "aslant"), held_out=0.25)
