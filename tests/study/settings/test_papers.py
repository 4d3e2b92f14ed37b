"""The claims of papers as comparisons: who is held against whom, and that every point is given the same pictures."""

import pytest

from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from ganprune.methods import METHODS
from study.settings.arguments import asked
from study.settings.comparison import check
from study.settings.machine import Machine
from study.settings.papers import PAPERS, Paper
from study.settings.plan import make_plan

PICTURES = 10_000
WHOLE = TrialSettings(
    model=ModelSettings(name="sngan", width=4, side=16, classes=10),
    train=TrainSettings(epochs=8, batch=50, epoch_images=5000),
)


def _images(settings: TrialSettings) -> int:
    """With those that a teacher was shown, or agents."""
    train, prune = settings.train, settings.prune
    method = METHODS[prune.method]
    epochs = train.epochs + method.epochs_before(prune)
    steps = epochs * train.epoch_steps(PICTURES) + prune.recovery_steps * prune.recovers
    return steps * train.batch + method.decided_with(prune)


@pytest.mark.parametrize("number", PAPERS)
def test_every_arm_is_given_as_much_and_would_come_to_something(number):
    found = PAPERS[number].compose(WHOLE, PICTURES)
    check(found)
    for arm in found.arms:
        assert 8 * 5000 == pytest.approx(_images(arm.settings), abs=arm.settings.train.batch)
    assert all(found.named(name) for group in found.groups for name in (*group.arms, group.against))


def _as_it_is_tried(paper: Paper, model: str, machine: Machine) -> TrialSettings:
    """What `make paper` trains with where nothing but the paper is given."""
    given = {"DATASET": "cifar10", "MODEL": model} | ({"TASK": paper.task} if paper.task else {})
    space = make_plan(asked(given), None, machine).space
    epochs = space.compare.get("epochs") or space.epochs[-1]
    return space.compared(channels=3, seed=0, classes=10).with_train(epochs=epochs)


@pytest.mark.parametrize("machine", [Machine("cpu", 2, ()), Machine("cpu", 16, ("H100",))], ids=["cpu", "gpu"])
@pytest.mark.parametrize(("number", "model"), [(number, model) for number in PAPERS for model in PAPERS[number].models])
def test_every_claim_can_be_tried_with_nothing_else_given(number, model, machine):
    whole = _as_it_is_tried(PAPERS[number], model, machine)
    check(PAPERS[number].compose(whole, 50_000))


def test_a_switch_is_decided_several_times_in_few_passes_and_as_released_in_many():
    def every(epochs: int) -> int:
        arms = PAPERS[2].compose(WHOLE.with_train(epochs=epochs), PICTURES).named("rggan")
        return arms[0].settings.prune.own["every"]

    assert [1, 2, 5] == [every(3), every(8), every(100)]


@pytest.mark.parametrize("number", PAPERS)
def test_what_was_printed_and_what_differs_stand_beside(number):
    assert ["claim", "printed", "differs here"] == list(PAPERS[number].about)
    assert all(PAPERS[number].about.values())


def test_few_pictures_are_compared_as_they_are_and_augmented():
    found = PAPERS[2].compose(WHOLE, PICTURES)
    assert [("dense", "rggan"), ("dense (augmented)", "rggan (augmented)")] == [group.arms for group in found.groups]
    assert {0.1} == {arm.settings.train.data_share for arm in found.arms}
    augmented = {arm.name: arm.settings.train.augment for arm in found.arms}
    assert ["none", "diffaugment"] == [augmented[name] for name in ("rggan", "rggan (augmented)")]


def test_the_small_network_is_held_against_one_that_was_small_from_the_start():
    found = PAPERS[4].compose(WHOLE, PICTURES)
    assert [(0.81, "sparsity"), (0.81, "macs")] == [(group.share, group.cost) for group in found.groups]
    assert {"trained small"} == {group.against for group in found.groups}
    assert {"progressive", "channels"} <= {arm.name for arm in found.arms}
