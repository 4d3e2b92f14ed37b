"""Quality of fast training: both loops are scored alike, and luck is told from loss."""

import pytest

from bench.train_quality import LOOPS, compared, luck


def test_both_loops_train_and_are_scored_by_the_same_yardstick(prepared_digits):
    plan, evaluator = prepared_digits
    drawn = {"epochs": plan.space.epochs[0]}
    settings = plan.space.settings(drawn, evaluator.images.channels, plan.seed)
    found = {name: fcd_of(settings, evaluator) for name, fcd_of in LOOPS.items()}
    assert found["ours"] != found["tutorial"]
    assert all(0 < fcd < float("inf") for fcd in found.values())


def test_what_seeds_explain_is_not_worse_and_what_they_do_not_is():
    theirs = [10.0, 11.0, 9.0, 10.5, 9.5]
    assert compared([value + 0.5 for value in theirs], theirs).reached
    assert not compared([value + 2.0 for value in theirs], theirs).reached


def test_luck_is_the_standard_error_of_the_difference_as_a_share():
    ours, theirs = [1.0, 2.0, 3.0, 4.0], [10.0, 10.0, 12.0, 8.0]
    assert pytest.approx(((5 / 3 + 8 / 3) / 4) ** 0.5 / 10) == luck(ours, theirs)
