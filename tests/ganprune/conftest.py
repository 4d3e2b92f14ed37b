"""A toy to train, prune and score in a second: its "real" pictures were drawn by another, untrained generator."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from ganprune import seeds
from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.curve import Curve
from ganprune.data.images import Images, Pictures, fingerprint, to_bytes
from ganprune.evaluator import Evaluator
from ganprune.methods import METHODS
from ganprune.metrics.evidence import View
from ganprune.metrics.features import About, FeatureNet, features
from ganprune.models import build
from ganprune.models.gan import pictures, recalibrate
from ganprune.models.initialise import initialise
from ganprune.point import Point, Scored
from ganprune.prunable import PRUNABLE_LAYERS
from ganprune.run import Run
from ganprune.train import Training
from ganprune.trial import run_trial

MODEL = ModelSettings(width=8, latent=8, side=16, channels=1)


@pytest.fixture(scope="session")
def toy_images() -> Images:
    """200 pictures to train on, 100 to search and 100 to report with; no classes."""
    random = seeds.generator(7, "toy")
    gan = build(MODEL)
    painter = initialise(gan.generator, random)
    inputs = gan.inputs(400, random)
    recalibrate(painter, inputs)
    drawn = np.split(to_bytes(pictures(painter, inputs)).numpy(), [200, 300])
    sets = [Pictures(pixels, np.zeros(len(pixels), np.int64)) for pixels in drawn]
    return Images("toy", (), *sets, crop=16, features_side=16, fingerprint=fingerprint(sets), problems=())


@pytest.fixture(scope="session")
def feature_net() -> FeatureNet:
    """Features of random convolutions: good enough to tell pictures apart, and nothing to train."""
    net = FeatureNet(About(channels=1, outputs=4, task="rotations", seed=0, images_seen=0))
    random = seeds.generator(0, "features")
    with torch.no_grad():
        for layer in net.modules():
            if isinstance(layer, PRUNABLE_LAYERS):
                layer.weight.normal_(0, (2 / layer.weight[0].numel()) ** 0.5, generator=random)
        net.head.bias.zero_()
    return net.eval()


@pytest.fixture
def evaluator(toy_images, feature_net, tmp_path) -> Evaluator:
    """A evaluator with a store of its own that keeps epochs 2 and 4."""
    return Evaluator(
        images=toy_images,
        model=MODEL,
        net=feature_net,
        real={"classifier": View(features(feature_net, toy_images.search.tensors()[0]).double())},
        real_entropy=None,
        gaussian=1000.0,
        inputs=build(MODEL).inputs(100, seeds.generator(0, "latents")),
        store=tmp_path / "store",
        grid=frozenset({2, 4}),
    )


@pytest.fixture
def settings() -> TrialSettings:
    """Three epochs of six batches, half a second; the threshold is none of the shared targets'."""
    return TrialSettings(
        model=MODEL,
        train=TrainSettings(epochs=3, batch=32, lr_g=1e-3, lr_d=1e-3),
        prune=PruneSettings(method="percentage", own={"threshold": 60.0}, targets=(0.0, 0.5, 0.9)),
    )


@pytest.fixture
def changed() -> Callable[..., TrialSettings]:
    """Settings with some of their training's or pruning's values replaced."""

    def change(settings: TrialSettings, **values) -> TrialSettings:
        train, prune = (
            part.model_copy(update={name: value for name, value in values.items() if name in type(part).model_fields})
            for part in (settings.train, settings.prune)
        )
        return settings.model_copy(update={"train": train, "prune": prune})

    return change


@pytest.fixture
def curve_of(evaluator) -> Callable[..., Curve]:
    """What the method of some settings makes of a training of so many epochs."""

    def make(settings: TrialSettings, evaluator: Evaluator = evaluator, epochs: int = 3) -> Curve:
        training = Training(settings.model, settings.train)
        for _ in range(epochs):
            training.train_epoch(*evaluator.training_set)
        return Curve(METHODS[settings.prune.method], Run(settings, evaluator, training))

    return make


@pytest.fixture
def points_of(evaluator) -> Callable[..., list[Point]]:
    """The points of a trial run in a plain loop, without what a clock decides."""

    def run(settings: TrialSettings, evaluator: Evaluator = evaluator) -> list[Point]:
        return [timeless(event.point) for event in run_trial(0, settings, evaluator) if isinstance(event, Scored)]

    return run


def timeless(point: Point) -> Point:
    return replace(point, seconds=0)
