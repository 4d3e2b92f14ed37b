"""Which studies the recorded trainings speak to, and what they say."""

import pytest

from ganprune.objective import Objectives
from study.analysis.recorded_trainings import recorded_like
from study.analysis.short_trainings import ShortTrainings
from study.settings.space_file import load_space

FEATURES = {"digits-cpu": "68d0c7ee3d4d", "cifar10-gpu": "d40c03c000e0"}


def header(space_name: str, cost: str = "sparsity", quality: str = "fcd", **model) -> dict:
    space = load_space(space_name).model_dump()
    searched = space | {"model": space["model"] | model}
    spec = {"searched": searched, "cost": cost, "quality": quality}
    return {"spec": spec, "features": {"hash": FEATURES[space_name]}}


@pytest.mark.parametrize("space", FEATURES)
def test_they_speak_to_studies_of_the_same_pictures_size_and_objectives_alone(space):
    assert recorded_like(header(space))
    assert not recorded_like(header(space, width=8))
    assert not recorded_like(header(space, cost="bytes"))
    assert not recorded_like(header(space, quality="kcd"))
    assert not recorded_like(header(space) | {"features": {"hash": "another"}})
    assert not recorded_like({})


def test_on_digits_a_look_at_a_quarter_is_good_enough():
    short = ShortTrainings(recorded=recorded_like(header("digits-cpu")))
    for epochs in ((40, 80), (40, 120), (80, 120), (80, 200)):
        assert short.tell(epochs, Objectives()).trusted(0.3)


def test_at_full_size_a_look_at_a_quarter_tells_the_opposite_and_eight_trainings_are_not_enough_for_half():
    short = ShortTrainings(recorded=recorded_like(header("cifar10-gpu")))
    quarter, half = (short.tell(epochs, Objectives()) for epochs in ((10, 40), (20, 40)))
    assert quarter.ranks.high < 0
    assert half.ranks.low > 0.3
    assert 8 == half.trainings
    assert not half.trusted(0.3)
