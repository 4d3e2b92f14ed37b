"""What an arm came to, or why it came to nothing."""

from math import inf

from study.analysis.runs import Runs
from study.settings.comparison import Group
from tests.study.comparisons import PICTURES, compared, usual


def test_a_score_that_is_not_finite_is_a_reason_where_arms_are_taken_as_they_end(tmp_path):
    found = compared(tmp_path / "r.jsonl", lambda arm, *of: inf if arm == "magnitude" else usual(arm, *of), seeds=1)
    runs, group = Runs(found.log, found.comparison, PICTURES), Group("as they end", ("magnitude", "channels"), "dense")
    assert "not finite" == runs.at(group, "magnitude", 0)
    assert runs.at(group, "channels", 0) > 1
