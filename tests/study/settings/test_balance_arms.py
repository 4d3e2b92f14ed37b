"""ADAPT's table: static against dynamic masks at each density, and what the discriminator begins with."""

from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from ganprune.methods import METHODS
from study.settings.arms import DENSE
from study.settings.balance_arms import SHARES, STATIC, keep_balance

WHOLE = TrialSettings(model=ModelSettings(name="sngan", width=8), train=TrainSettings(epochs=8, epoch_images=25_000))


def _own(arm):
    return METHODS["sparse_training"].Settings(**arm.settings.prune.own)


def test_at_every_density_of_the_generator_all_are_held_against_a_mask_that_stays():
    found = keep_balance(WHOLE, 50_000)
    assert list(SHARES) == [group.share for group in found.groups]
    assert {STATIC} == {group.against for group in found.groups}
    assert DENSE == found.arms[0].name
    for name in found.groups[0].arms:
        assert [0.1, 0.2, 0.3, 0.5] == [_own(arm).density for arm in found.named(name)]


def test_the_discriminator_is_dense_as_sparse_or_balanced_and_static_masks_take_no_turns():
    arms = {arm.name: _own(arm) for arm in keep_balance(WHOLE, 50_000).arms if arm.asked == 0.9}
    assert {"static", "dynamic"} == {name for name, own in arms.items() if own.densities["discriminator"] == 1}
    assert {"relaxed", "strict"} == {name for name, own in arms.items() if own.balanced}
    assert {"static", "static (both)"} == {name for name, own in arms.items() if own.growth == "none"}
    assert {6} == {own.until for own in arms.values()}


def test_weights_take_turns_often_enough_in_a_short_training_and_as_usual_in_a_long_one():
    def period(epochs: int) -> int:
        arms = keep_balance(WHOLE.with_train(epochs=epochs, d_steps=5), 50_000).named("dynamic")
        return _own(arms[0]).period

    assert [6, 31, 100] == [period(8), period(40), period(400)]  # 195 steps an epoch, a fifth of them the generator's
