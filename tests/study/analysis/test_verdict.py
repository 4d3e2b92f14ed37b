"""The headline says first what is sure, and whose scores it tells."""

import pytest

from ganprune.objective import Objectives
from study.analysis.headline import headline
from study.analysis.verdict import cost, scored_by, sentence
from tests.study.analysis.test_headline import again, points


@pytest.mark.parametrize(
    ("fcd", "told"),
    [
        ({"at-0.5": 2.02, "at-0.75": 2.1}, "75 % of the weights can go at +5 % fcd."),
        ({"at-0.5": 2.02, "at-0.75": 2.18}, "At least 50 % of the weights can go, perhaps 75 % at +9 % fcd."),
        ({"at-0.5": 2.18}, "Perhaps 50 % of the weights can go at +9 % fcd; that it is within 10 % is not sure."),
        (
            {"at-0.5": 2.3},
            "None of the weights can go: every pruned point that was scored again costs more than 10 % fcd.",
        ),
    ],
)
def test_the_upper_end_is_never_told_as_sure(fcd, told):
    assert sentence(headline(points(), Objectives(), again(points(), {"dense": 2.0} | fcd))) == told


def test_a_cost_is_told_against_dense_with_its_interval_and_pictures():
    held = headline(points(), Objectives(), again(points(), {"dense": 2.0, "at-0.75": 2.1}))
    told = cost(held, held.point)
    assert told.startswith(
        "fcd 2.10 against 2.00 of the best dense generator of the study, +3 % to +7 % in 95 % of cases"
    )
    assert "5,000 pictures a score" in told


def test_an_interval_that_was_measured_elsewhere_says_so():
    elsewhere, here = (
        headline(points(), Objectives()),
        headline(points(), Objectives(), again(points(), {"at-0.5": 2.1})),
    )
    assert "in 95 % of cases if scores scatter as CIFAR-10's do;" in cost(elsewhere, elsewhere.point)
    assert "in 95 % of cases;" in cost(here, here.point)


def test_whose_scores_are_told_is_said():
    fcd = {"dense": 2.0, "at-0.75": 2.1}
    assert scored_by(headline(points(), Objectives(), again(points(), fcd)), True).startswith("Both were scored again")
    assert "nothing was scored again" in scored_by(headline(points(), Objectives()), False)
    del fcd["dense"]
    assert "no pruned point was scored again beside dense" in scored_by(
        headline(points(), Objectives(), again(points(), fcd)), True
    )
