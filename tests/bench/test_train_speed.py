"""Training speed: both loops do the same work, and what cannot be measured here is said."""

from functools import partial

import pytest
import torch

from bench import bf16_quality, gpu_study, train_speed
from ganprune.config import ModelSettings, TrainSettings

MODEL, SETTINGS = ModelSettings(width=8, side=16, latent=8), TrainSettings(batch=16)


def test_both_loops_show_the_same_number_of_pictures_an_epoch():
    pixels = train_speed.random_pixels(40, side=16)
    ours = train_speed.our_epoch(MODEL, SETTINGS, pixels)
    theirs = train_speed.tutorial_epoch(MODEL, SETTINGS, pixels)
    assert 32 == ours()[2] == theirs()


def test_the_pace_is_of_all_pictures_after_the_first_epoch():
    pixels, shown = train_speed.random_pixels(40, side=16), []
    seconds = train_speed.seconds(train_speed.our_epoch(MODEL, SETTINGS, pixels))
    pace = train_speed.pace(lambda *given: lambda: shown.append(len(pixels)), MODEL, SETTINGS, pixels, "cpu", 2)
    assert 3 == len(shown)
    assert 0 < 32 / seconds < pace


@pytest.mark.slow
def test_trainings_at_once_add_up():
    assert 5.0 == train_speed.together(partial(float, "2.5"), 2)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU to measure")
@pytest.mark.parametrize("part", [train_speed.gpu, gpu_study.figures, bf16_quality.figures])
def test_without_a_gpu_its_figures_are_no_figures_and_not_missed(part):
    assert {(None, None)} == {(figure.value, figure.reached) for figure in part()}
