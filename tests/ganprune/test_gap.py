"""The gap of the discriminator: seen while a network is fine-tuned, without a trace in it."""

import pytest
import torch
from torch import Tensor, nn

from ganprune.config import ModelSettings, PruneSettings, TrainSettings
from ganprune.gap import LOOKS, Gap
from ganprune.recover import recover
from ganprune.train import Training

PIXELS = torch.randint(256, (32, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
FINETUNE = PruneSettings(recovery="finetune", recovery_steps=4)


@pytest.fixture(scope="module", params=["dcgan", "pix2pix", "cyclegan"])
def training(request) -> Training:
    loss = request.param if request.param != "dcgan" else "non-saturating"
    model = ModelSettings(name=request.param, width=4, latent=4, side=16, channels=1)
    training = Training(model, TrainSettings(loss=loss, batch=8, lr_d=1e-2))
    training.train_epoch(PIXELS, None, PIXELS.flip(3) if training.gan.translates else None)
    return training


def _tuned(training: Training, steps: int = 4, **hooks: Gap) -> dict[str, Tensor]:
    net = training.dense_generator()
    source = (PIXELS.flip(3),) if training.gan.translates else ()
    recover(net, net, training, (PIXELS, None, *source), FINETUNE, {}, steps, hooks)
    return net.state_dict()


def test_who_looks_changes_nothing(training):
    gap = Gap(4)
    seen, alone = _tuned(training, gap=gap), _tuned(training)
    assert all(torch.equal(tensor, alone[name]) for name, tensor in seen.items())
    assert 4 == len(gap.seen)


def test_it_is_told_about_as_often_however_long_that_takes(training):
    gap = Gap(40)
    _tuned(training, 40, gap=gap)
    assert LOOKS <= len(gap.seen) <= 2 * LOOKS


def test_who_tells_nothing_apart_has_none_and_who_is_handed_the_answer_has_one(training):
    gap, batch = Gap(1), training.batch(PIXELS, None, PIXELS if training.gan.translates else None, torch.arange(8))
    (last,) = training.gan.outputs["discriminator"]
    layer: nn.Module = training.discriminator.get_submodule(last)
    weight = layer.weight.detach().clone()
    with torch.no_grad():
        gap.at_pause(training, batch)
        layer.weight.zero_()
        gap.at_pause(training, batch)
        layer.weight.copy_(-weight)
        gap.at_pause(training, batch)
        layer.weight.copy_(weight)
    there, none, turned = gap.seen
    assert 0 == pytest.approx(none, abs=1e-6)
    assert there == pytest.approx(-turned, abs=1e-5)
    assert abs(there) > 1e-3
