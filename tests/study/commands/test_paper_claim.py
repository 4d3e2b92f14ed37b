"""`make paper PAPER=…` takes the papers that there are."""

import pytest

from ganprune.config import TrialSettings
from ganprune.errors import UserError
from study.commands import paper_claim
from study.commands.paper_claim import try_paper
from study.settings.arguments import asked


def test_a_paper_that_there_is_not_is_one_line(tmp_path):
    with pytest.raises(UserError, match="PAPER=9: there is no such paper; there are: 1, 2, 3, 4, adapt"):
        try_paper(asked({"PAPER": 9, "OUT": str(tmp_path)}), print)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"PAPER": 3}, [("paper-3-cifar10-pix2pix", "pix2pix"), ("paper-3-cifar10-cyclegan", "cyclegan")]),
        ({"PAPER": 3, "MODEL": "cyclegan"}, [("paper-3-cifar10-cyclegan", "cyclegan")]),
        ({"PAPER": 2, "DATASET": "digits"}, [("paper-2-digits-sngan", "sngan")]),
        ({"PAPER": "ADAPT"}, [("paper-adapt-cifar10-sngan", "sngan")]),
        ({"PAPER": 2, "NAME": "mine", "DATASET": "digits"}, [("mine", "sngan")]),
        ({"PAPER": 3, "NAME": "mine"}, [("mine-pix2pix", "pix2pix"), ("mine-cyclegan", "cyclegan")]),
    ],
)
def test_each_model_has_a_page_of_its_own_whose_name_goes_on_with_it(monkeypatch, given, told):
    asked_for = []
    monkeypatch.setattr(paper_claim, "compare", lambda given, *rest: asked_for.append(given))
    try_paper(asked(given), print)
    assert told == [(each.study_name, each.model) for each in asked_for]
    assert {"super4" if given["PAPER"] == 3 else None} == {each.task for each in asked_for}
    again = [asked(given | {"MODEL": each.model, "NAME": each.name}) for each in asked_for]
    asked_for.clear()
    for each in again:
        try_paper(each, print)
    assert told == [(each.study_name, each.model) for each in asked_for]


def test_shares_are_those_asked_for_or_one_line_where_the_claim_has_its_own(monkeypatch):
    composed = []
    monkeypatch.setattr(paper_claim, "compare", lambda given, title, compose, about: composed.append(compose))
    try_paper(asked({"PAPER": "adapt", "TARGETS": "90,95"}), print)
    found = composed[0](TrialSettings(train={"epochs": 8}), 10_000)
    assert [0.9, 0.95] == [group.share for group in found.groups]
    with pytest.raises(UserError, match="TARGETS: what PAPER=4 claims"):
        try_paper(asked({"PAPER": 4, "TARGETS": "90"}), print)
