"""What a comparison comes to: equal cost, paired seeds, null lines beside, and verdicts that are corrected."""

from dataclasses import replace

import pytest

from study.analysis.compared import ALIKE, Row
from study.analysis.paired import LEVEL
from study.settings.arms import DENSE, SMALL
from study.settings.comparison import Group
from tests.study.comparisons import PICTURES, WHOLE, compared, usual


@pytest.fixture
def found(tmp_path):
    return compared(tmp_path / "records.jsonl", usual)


def _row(found, arm: str, group: int = 0) -> Row:
    rows = list(found.rows.values())[group]
    return next(row for row in rows if row.arm == arm)


def test_better_and_worse_are_told_by_paired_seeds(found):
    assert "better than percentage" == _row(found, "magnitude").word
    assert "worse than percentage" == _row(found, "channels").word
    assert _row(found, "magnitude").held.ratio == pytest.approx(0.8, rel=0.02)


def test_what_luck_could_have_done_is_not_told_apart(tmp_path):
    luck = {0: 1.1, 1: 0.9, 2: 1.05, 3: 0.97, 4: 1.0}
    score = lambda arm, asked, seed: 5 * (luck[seed] if arm == "magnitude" else 1)  # noqa: E731
    assert _row(compared(tmp_path / "r.jsonl", score), "magnitude").word == ALIKE


def test_null_lines_never_compete_but_are_held_against_the_same(found):
    for arm in ("random", SMALL):
        assert _row(found, arm).verdict is None
        assert _row(found, arm).held.ratio > 1
    assert _row(found, "percentage").held is None


def test_levels_are_corrected_for_all_verdicts_that_are_given(found):
    verdicts = [row.verdict for rows in found.rows.values() for row in rows if row.verdict]
    assert 6 == len(verdicts)  # two methods at two shares of the weights, one at two of the MACs
    assert min(verdict.level for verdict in verdicts) == pytest.approx(LEVEL / 6)
    assert all(verdict.level <= LEVEL for verdict in verdicts)


def test_fewer_than_five_seeds_are_indicative_and_each_stands_for_itself(tmp_path):
    few = compared(tmp_path / "r.jsonl", usual, seeds=3)
    assert few.indicative
    assert "indicative: better than percentage" == _row(few, "magnitude").word
    assert {LEVEL} == {row.verdict.level for rows in few.rows.values() for row in rows if row.verdict}


def test_one_seed_gives_no_verdict(tmp_path):
    one = compared(tmp_path / "r.jsonl", usual, seeds=1)
    assert not [row for rows in one.rows.values() for row in rows if row.verdict]


def test_where_a_seed_did_not_come_there_that_is_the_verdict(tmp_path):
    lost = lambda arm, asked, seed: None if (arm, asked, seed) == ("magnitude", 0.75, 2) else usual(arm, asked, seed)  # noqa: E731
    found = compared(tmp_path / "r.jsonl", lost)
    assert "diverged (1 of 5 seeds)" == _row(found, "magnitude", 1).word
    assert "better than percentage" == _row(found, "magnitude").word


def test_a_method_that_ends_elsewhere_is_not_reached(tmp_path):
    """Asked for neither, it ends at a share of its own: less than both."""
    found = compared(tmp_path / "r.jsonl", usual)
    (group, _, *_), name = found.comparison.groups, "channels"
    beyond = type(group)("99 % of the weights gone", group.arms, group.against, group.nulls, 0.99)
    assert "not reached" == found.runs.at(beyond, name, 0)


def test_every_point_is_given_the_same_pictures_and_a_curve_pays_for_what_it_shares_once(found):
    epoch = 640
    assert {8 * epoch} == {_row(found, arm).images for arm in ("percentage", "magnitude", "random", SMALL)}
    assert 6 * epoch + 2 * 2 * epoch == _row(found, "magnitude").price
    assert 3 * 8 * epoch == _row(found, SMALL).price
    assert epoch == WHOLE.train.epoch_steps(PICTURES) * WHOLE.train.batch


def test_a_teacher_is_paid_for_by_every_point_and_once_by_a_curve(tmp_path):
    row = _row(compared(tmp_path / "r.jsonl", usual, seeds=2, methods=("progressive",)), "progressive")
    assert (8 * 640, (4 + 2 * 4) * 640) == (row.images, row.price)


def test_zeros_save_no_macs_and_a_narrow_network_saves_weights(found):
    assert 0 == _row(found, "magnitude").saved["macs"]
    assert 0.5 == _row(found, "channels").saved["macs"]
    assert 0.5 == _row(found, SMALL).saved["sparsity"]
    assert {DENSE} == {arm.name for arm in found.comparison.arms if arm.asked is None}


def test_what_makes_a_network_smaller_is_held_against_one_trained_small_of_as_many_macs(found):
    groups = found.comparison.groups[2:]
    assert ["macs", "macs"] == [group.cost for group in groups]
    small = found.runs.at(found.comparison.groups[0], SMALL, 0)
    assert small == pytest.approx(found.runs.beside(groups[0], "channels", 0))
    assert "worse than trained small" == _row(found, "channels", 2).word


def test_a_share_may_be_of_the_macs_and_a_group_have_a_metric_of_its_own(tmp_path):
    found = compared(tmp_path / "r.jsonl", usual, more=lambda fcd: {"l1": fcd / 100})
    arms = ("channels", SMALL)
    macs = [Group(f"MACs, {metric}", arms, SMALL, (), 0.5, "macs", "macs", metric) for metric in (None, "l1")]
    found = replace(found, comparison=replace(found.comparison, groups=tuple(macs)))
    by_fcd, by_l1 = (rows[0] for rows in found.rows.values())
    assert by_fcd.held.ratio == pytest.approx(by_l1.held.ratio)
    assert by_l1.scores == pytest.approx({seed: score / 100 for seed, score in by_fcd.scores.items()})
    assert by_l1.to_dense.ratio == pytest.approx(by_fcd.to_dense.ratio)
    assert 0.5 == by_l1.saved["macs"]
    zeros = replace(macs[0], arms=("magnitude",))
    assert "not reached" == found.runs.at(zeros, "magnitude", 0), "zeros save no MACs"


def test_a_verdict_needs_every_seed_of_what_it_is_held_against(tmp_path):
    lost = lambda arm, asked, seed: None if (arm, seed) == ("percentage", 1) else usual(arm, asked, seed)  # noqa: E731
    assert "percentage diverged (1 of 5 seeds)" == _row(compared(tmp_path / "r.jsonl", lost), "magnitude").word


def test_a_ratio_to_dense_is_of_the_same_seed(found):
    assert _row(found, "percentage").to_dense.ratio == pytest.approx(1.5 * 1.5, rel=0.05)
    assert [4.0, 4.1, 4.2, 4.3, 4.4] == pytest.approx(list(found.dense.values()))
