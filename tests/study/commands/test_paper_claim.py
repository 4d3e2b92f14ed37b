"""`make paper PAPER=…` takes the papers that there are."""

import pytest

from ganprune.errors import UserError
from study.commands.paper_claim import try_paper
from study.settings.arguments import asked


def test_a_paper_that_there_is_not_is_one_line(tmp_path):
    with pytest.raises(UserError, match="PAPER=9: there is no such paper; there are: 1, 2, 4"):
        try_paper(asked({"PAPER": 9, "OUT": str(tmp_path)}), print)
