"""What a step costs is told without making one, and a hopeless one is refused before it is measured."""

from dataclasses import replace

import pytest

from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from ganprune.errors import UserError
from study.search.step_cost import check_step, step_cost
from study.settings.machine import Machine

MACHINE = Machine("a cpu", 2, (), memory=16 * 10**9)


def _settings(model: str, side: int, width: int, batch: int = 1, **rest: int) -> TrialSettings:
    train = TrainSettings(loss=model, batch=batch)
    return TrialSettings(model=ModelSettings(name=model, side=side, width=width, **rest), train=train)


def test_forth_and_back_take_three_times_what_forth_takes():
    """Of a U-Net and a PatchGAN that looks three times, once without a need to learn from it."""
    one = step_cost(_settings("pix2pix", 32, 16)).macs
    generator, discriminator = 5_832_704, 2.6e6
    assert 3 * generator + 7 * discriminator < one < 3 * (generator + 3 * discriminator) * 1.05
    assert 4 * one == step_cost(_settings("pix2pix", 32, 16, batch=4)).macs


def test_what_is_held_grows_as_pictures_do():
    """Of a U-Net of one width at two sides, four times as much."""
    small, large = (step_cost(_settings("pix2pix", side, 4)).held for side in (32, 64))
    assert 4 == pytest.approx(large / small, rel=0.05)


def test_a_cyclegan_of_real_size_is_refused_on_a_cpu_in_one_line():
    real = _settings("cyclegan", 256, 64, batch=16, blocks=9)
    cost = step_cost(real)
    with pytest.raises(UserError, match=r"MODEL=cyclegan: a step of 16 pictures of 256 pixels holds 3\d GB") as error:
        check_step(real, cost, MACHINE)
    assert "\n" not in str(error.value)
    with pytest.raises(UserError, match=r"would take some 1\d minutes on a core of this CPU"):
        check_step(real, cost, replace(MACHINE, memory=10**12))
    check_step(real, replace(cost, macs=cost.macs // 20), replace(MACHINE, memory=10**12))
