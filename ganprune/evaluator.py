"""What all trials of a study share: pictures, latents, and the yardsticks that points are measured with."""

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ganprune.config import ModelSettings
from ganprune.data.images import Images, Pictures, crop, to_bytes, to_unit
from ganprune.data.streaming import fits
from ganprune.identity import Origin, here
from ganprune.metrics import METRICS, measured, quality
from ganprune.metrics.drift import spreads
from ganprune.metrics.evidence import Evidence, View
from ganprune.metrics.features import FeatureNet, features, prepare
from ganprune.metrics.inception import inception_view
from ganprune.models import build
from ganprune.models.gan import Inputs, pictures
from ganprune.objective import Objectives
from ganprune.waiting import read

DRIFT_PAIRS = 250  # as in paper 1
TRAINING_REFERENCES = 2048  # training pictures that a training may measure itself by


@dataclass(frozen=True, eq=False)
class Evaluator:
    images: Images
    model: ModelSettings  # of the study; trials may differ in its width
    net: FeatureNet
    real: Mapping[str, View]  # the `search` pictures, in each view that is measured
    real_entropy: float | None  # of their predicted classes; None without classes
    gaussian: float  # the null line that skill is measured by: what a Gaussian of the pixels scores, or doing nothing
    inputs: Inputs  # of the generators, n_samples of them: the same for all points of a study
    store: Path
    grid: Collection[int] = ()  # epochs at which trained states are kept
    inception: nn.Module | None = None  # of the literature; slow without a GPU, so only where it is asked for
    by: Objectives = Objectives()  # what the study searches for
    device: str = "cpu"
    truth: Tensor | None = None  # uint8, cropped: what the inputs would best be translated into, where pairs tell it

    def on(self, device: str) -> "Evaluator":
        """The same evaluator where a trial runs; the networks of this one stay where they are."""
        if device == self.device:
            return self
        return replace(
            self,
            net=deepcopy(self.net).to(device),
            real={name: view.on(device) for name, view in self.real.items()},
            inputs={name: tensor.to(device) for name, tensor in self.inputs.items()},
            inception=self.inception and deepcopy(self.inception).to(device),
            device=device,
        )

    @property
    def origin(self) -> Origin:
        """Of what is trained here."""
        return here(self.images.fingerprint, self.device)

    @cached_property
    def training_set(self) -> tuple[Tensor, ...]:
        """Training pictures, uint8, their labels, and what is translated into them if anything is: on the device while
        they fit, else in the CPU's memory.
        """
        train = self.images.train
        pictures = (*train.tensors(), *train.sources())
        return (*train.tensors(self.device), *train.sources(self.device)) if fits(pictures, self.device) else pictures

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

    def sample_inputs(self, n: int, random: torch.Generator, held_out: Pictures | None = None) -> Inputs:
        """So many of the kind that the model takes: classes in the shares of the training pictures, or what there is to
        translate of held-out pictures, those of `search` unless others are given.
        """
        labels = torch.from_numpy(np.resize(self.images.train.labels, n))
        (source,) = (held_out or self.images.search).sources() or (None,)
        return build(self.model).inputs(n, random, labels, None if source is None else to_unit(source[:n]))

    @property
    def untranslated(self) -> Tensor | None:
        """The inputs as pictures that metrics look at: what doing nothing would draw."""
        source = self.inputs.get("source")
        return None if source is None else crop(to_bytes(source), self.images.crop)

    @cached_property
    def _sources(self) -> dict[str, View]:
        """What is translated, in each view."""
        shown = self.untranslated
        return {} if shown is None else {view: self.view(shown, view).on(self.device) for view in self.real}

    def draw(self, generator: nn.Module, first: int = 0, last: int | None = None) -> Tensor:
        """What the metrics look at: uint8 pictures (n, channels, crop, crop), one for each input of that stretch."""
        inputs = {name: tensor[first:last].to(self.device) for name, tensor in self.inputs.items()}
        return crop(to_bytes(pictures(generator, inputs)), self.images.crop)

    def features(self, drawn: Tensor) -> Tensor:
        return features(self.net, prepare(drawn, self.images.crop, self.images.features_side))

    @property
    def asked(self) -> Tensor | None:
        """The classes (n_samples,) that are drawn, where a generator takes them."""
        return self.inputs.get("labels")

    def view(self, drawn: Tensor, name: str, labels: Tensor | None = None) -> View:
        """Pictures as metrics ask to see them; `labels`: the classes (n,) that they are of or were to be of."""
        match name:
            case "classifier" if labels is not None:
                seen = self.features(drawn)
                return View(seen.double(), self.net.logits(seen), labels)
            case "classifier":
                return View(self.features(drawn).double())
            case "inception":
                return inception_view(self.inception, drawn)
        return View(drawn)

    def evidence(self, drawn: Tensor, view: str, asked: Tensor | None = None) -> Evidence:
        return Evidence(self.real[view], self.view(drawn, view, asked), self._sources.get(view))

    def measure(self, metric: str, drawn: Tensor) -> float:
        """One metric of quality alone."""
        return float(METRICS[metric].measure(self.evidence(drawn, METRICS[metric].view)))

    def training_distance(self, generator: nn.Module, inputs: Inputs, known: int) -> float:
        """What a training may steer by: fcd to some of the pictures that it knows, none of `search` or `report`."""
        drawn = crop(to_bytes(pictures(generator, inputs)), self.images.crop)
        real = View(self._trained_on.rows[:known])
        return float(METRICS["fcd"].measure(Evidence(real, self.view(drawn, METRICS["fcd"].view))))

    @cached_property
    def _trained_on(self) -> View:
        """The first ones, which hold each class in its share."""
        shown = crop(self.pixels[:TRAINING_REFERENCES], self.images.crop)
        return self.view(shown, METRICS["fcd"].view).on(self.device)

    def fcd(self, drawn: Tensor) -> float:
        return self.measure("fcd", drawn)

    def quality(self, drawn: Tensor, asked: Tensor | None = None) -> dict[str, float]:
        """Distance of generated to real pictures, by the names of METRICS; skill is that of the study's objective.

        `asked`: the classes of the first of them, and more, where some were asked for.
        """
        scores, asked = {}, None if asked is None else asked[: len(drawn)]
        for view in self.real:
            scores |= read(measured("quality", self.evidence(drawn, view, asked), view=view))
        scores |= {"skill": quality.skill(scores[self.by.quality.metric], self.gaussian)}
        return scores | self._translation(drawn)

    def _translation(self, drawn: Tensor) -> dict[str, float]:
        """Beside the true pictures and the sources of the first of them; nothing where none are translated."""
        found = {}
        for family, beside in (("truth", self.truth), ("change", self.untranslated)):
            if beside is not None:
                found |= measured(family, beside[: len(drawn)].to(drawn.device), drawn)
        return read({name: values.mean() for name, values in found.items()})

    def cycle(self, drawn: Tensor, back: nn.Module | None) -> dict[str, float]:
        """What is lost on the way there and back; of bytes, in which nothing can be hidden for the way back."""
        if back is None:
            return {}
        framed = drawn.new_zeros(*drawn.shape[:2], self.images.side, self.images.side)
        crop(framed, self.images.crop)[:] = drawn
        again = crop(to_bytes(pictures(back, {"source": to_unit(framed)})), self.images.crop)
        sources = self.untranslated[: len(again)].to(again.device)
        return {"cycle": METRICS["change"].measure(sources, again).mean().item()}

    def has_diverged(self, drawn: Tensor, coverage: float) -> bool:
        """Whether dense pictures show that training failed (protocol: coverage, entropy of predicted classes)."""
        if self.real_entropy is None:
            return quality.diverged(coverage)
        return quality.diverged(coverage, self.net.probabilities(self.features(drawn)), self.real_entropy)


def drift_from(dense: Tensor, drawn: Tensor) -> dict[str, dict[str, float]]:
    """Likeness to the dense generator's pictures, latent by latent: by metric, how it spreads over the pairs."""
    return spreads(measured("drift", dense[:DRIFT_PAIRS], drawn[:DRIFT_PAIRS]))
