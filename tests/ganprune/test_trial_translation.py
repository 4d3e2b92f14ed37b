"""A trial of a model that translates pictures: from pairs, or without them, to points that are made again."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganprune import seeds
from ganprune.config import ModelSettings, PruneSettings, TrainSettings, TrialSettings
from ganprune.data.images import Images
from ganprune.data.tasks import derived, unpaired
from ganprune.evaluator import Evaluator
from ganprune.judge import Dense, Judge
from ganprune.models import build
from ganprune.null_names import INPUT, MATCHED, MEAN
from ganprune.point import EpochTrained, Finished, NullLine, Scored
from ganprune.rebuild import rebuild
from ganprune.strip import STRIP, shown, strip
from ganprune.trial import run_trial

PAIRS = ModelSettings(name="pix2pix", width=4, side=16, channels=1)
CYCLE = ModelSettings(name="cyclegan", width=4, side=16, channels=1, blocks=1)


def _settings(model: ModelSettings) -> TrialSettings:
    train = TrainSettings(loss=model.name, batch=16, epoch_images=32, epochs=2, lr_g=1e-3, lr_d=1e-3)
    recovery = {"recovery": "finetune", "recovery_steps": 2, "recovery_rate": 1.0} if model is CYCLE else {}
    prune = PruneSettings(method="channels", own={"threshold": 0.5}, targets=(0.0, 0.5), **recovery)
    return TrialSettings(model=model, train=train, prune=prune)


@pytest.fixture
def translating(evaluator, toy_images):
    """An evaluator of pairs; of a model that learns from none, such that its partners are not shown."""

    def make(model: ModelSettings) -> Evaluator:
        images: Images = derived(toy_images, "super4")
        images = images if build(model).pairs else unpaired(images)
        here = replace(evaluator, images=images, model=model, truth=torch.from_numpy(images.search.pixels[:60]))
        inputs = here.sample_inputs(60, seeds.generator(0, "latents"))
        real = here.view(torch.from_numpy(images.search.pixels), "classifier")
        here = replace(here, inputs=inputs, real={"classifier": real})
        return replace(here, gaussian=here.fcd(here.untranslated))

    return make


@pytest.mark.parametrize("model", [PAIRS, CYCLE])
def test_it_trains_is_cut_and_scored_beside_what_needs_no_training(translating, model, monkeypatch):
    monkeypatch.setattr("ganprune.metrics.quality.diverged", lambda *given: False)
    here, settings = translating(model), _settings(model)
    events = list(run_trial(0, settings, here, controls=True))
    assert Finished("completed") == events[-1]
    first, second = [event for event in events if isinstance(event, EpochTrained)][:2]
    with Image.open(io.BytesIO(first.triplets)) as shown:
        assert (9 * 16, 16) == shown.size
        assert here.untranslated[1].tolist() == [np.asarray(shown)[:, 48:64].tolist()]
    assert second.triplets is None
    nulls = {event.name: event.scores for event in events if isinstance(event, NullLine)}
    assert 0 == pytest.approx(nulls[INPUT]["skill"])
    assert 0 == nulls[INPUT]["change"] < nulls[MATCHED]["change"]
    assert nulls[MEAN]["l1"] > 0
    dense, *pruned = [event.point for event in events if isinstance(event, Scored)]
    for point in (dense, *pruned):
        assert {"l1", "psnr", "ssim_true", "change", "share_of_target"} <= point.scores.keys()
    assert all(("cycle" in point.scores) == (model is CYCLE) for point in (dense, *pruned))
    assert all(point.scores["macs"] < dense.scores["macs"] for point in pruned)
    if model is PAIRS:  # what is not recovered is made again from the store, sources and all
        for point in (dense, *pruned):
            rebuild(point, settings, here.images.fingerprint, here.store, Path("nothing"))


def test_what_loses_the_true_picture_is_not_eligible_however_near_to_real_it_is(translating):
    here = translating(PAIRS)
    judge = Judge(0, _settings(PAIRS), here)
    good = {"skill": 0.5, "coverage": 0.5}
    drawn = torch.zeros(here.n_samples)
    dense = Dense(torch.nn.Identity(), torch.zeros(1), good | {"l1": 0.1}, failed=False)
    assert judge._eligible(good | {"l1": 0.114}, drawn, dense)
    assert not judge._eligible(good | {"l1": 0.116}, drawn, dense)


def test_a_strip_shows_source_dense_pruned_and_true_picture_of_each(translating):
    here = translating(PAIRS)
    dense, drawn = torch.full((60, 1, 16, 16), 50).byte(), torch.full((60, 1, 16, 16), 100).byte()
    pictures = shown(drawn, dense, here)
    assert STRIP == len(pictures)
    for number in range(4):
        expected = [here.untranslated[number], dense[number], drawn[number], here.truth[number]]
        assert torch.equal(torch.stack(expected), pictures[4 * number : 4 * number + 4])
    assert strip(pictures)


def test_who_returns_what_it_was_given_has_lost_nothing_there_and_back(translating):
    here = translating(CYCLE)
    assert 0 == here.cycle(here.untranslated, torch.nn.Identity())["cycle"]
    assert here.cycle(here.truth, torch.nn.Identity())["cycle"] > 0


def test_real_pictures_are_not_taken_for_sources(translating):
    here = translating(PAIRS)
    assert here.measure("share_of_target", here.truth) > here.measure("share_of_target", here.untranslated)
