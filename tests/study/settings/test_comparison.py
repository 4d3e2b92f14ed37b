"""What `make compare` sets side by side."""

import pytest

from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from ganprune.errors import UserError
from ganprune.methods import METHODS
from study.settings.arms import SMALL
from study.settings.comparison import AGAINST, LOT, USUAL, compare_methods, methods_of

WHOLE = TrialSettings(model=ModelSettings(width=16, side=16), train=TrainSettings(epochs=4))


def test_a_misspelt_method_is_told_the_near_one():
    with pytest.raises(UserError, match=r"METHODS=magnitud: .*take magnitude"):
        methods_of(("magnitud",))


def test_what_methods_are_held_against_and_the_lot_are_always_there_once():
    assert [AGAINST, "magnitude", LOT] == methods_of(("magnitude",)) == methods_of((LOT, "magnitude", AGAINST))
    assert [*(name for name in USUAL if name in METHODS), LOT] == methods_of(None)


def test_there_is_a_group_a_share_and_of_macs_where_a_method_makes_networks_smaller():
    found = compare_methods(WHOLE, methods_of(("channels", "magnitude")), (0.5, 0.75), 1000)
    weights, macs = found.groups[:2], found.groups[2:]
    assert [(0.5, "sparsity"), (0.75, "sparsity")] == [(group.share, group.cost) for group in weights]
    assert all(group.against == AGAINST and group.nulls == (LOT, SMALL) for group in weights)
    assert [("channels",)] * 2 == [group.arms for group in macs]
    assert {SMALL} == {group.against for group in macs}
    assert not compare_methods(WHOLE, methods_of(("magnitude",)), (0.5,), 1000).groups[1:]


def test_translations_are_held_against_the_truth_as_well_where_that_is_known():
    pairs = WHOLE.model_copy(update={"model": ModelSettings(name="pix2pix", width=4, side=16)})
    found = compare_methods(pairs, methods_of(("channels",)), (0.5,), 1000)
    assert [None, "l1", None] == [group.metric for group in found.groups]
    assert found.groups[0].arms == found.groups[1].arms
    assert found == found.known(truth=True)
    assert [None, None] == [group.metric for group in found.known(truth=False).groups]


def test_curves_of_few_widths_reach_past_the_sparsest_share():
    found = compare_methods(WHOLE, methods_of(("channels", "magnitude")), (0.5, 0.75), 1000)
    asked = {name: [arm.asked for arm in found.named(name)] for name in ("channels", SMALL, "magnitude")}
    assert {"channels": [0.5, 0.75, 0.875], SMALL: [0.5, 0.75, 0.875], "magnitude": [0.5, 0.75]} == asked


def test_every_arm_that_a_group_names_is_run_and_the_dense_one_first():
    found = compare_methods(WHOLE, methods_of(None), (0.75,), 1000)
    assert found.arms[0].name == "dense"
    assert {arm.name for arm in found.arms} >= {name for group in found.groups for name in group.arms}
