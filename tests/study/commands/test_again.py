"""A study that is asked for by a wrong name."""

import pytest

from ganprune.errors import UserError
from study.commands.again import known_study
from study.records.paths import Out
from study.settings.arguments import asked


def _refusal(out, name: str) -> str:
    with pytest.raises(UserError, match=f"NAME={name}: there is no such study in {out}; ") as refused:
        known_study(asked({"NAME": name, "OUT": out}))
    return str(refused.value).rpartition("; ")[2]


def test_the_near_one_is_told_or_all_that_there_are_or_how_to_begin(tmp_path):
    assert "run make study first" == _refusal(tmp_path, "d33")
    for name in ("d3", "faces"):
        records = Out(tmp_path).study(name).records
        records.parent.mkdir(parents=True)
        records.touch()
    assert "take d3" == _refusal(tmp_path, "d33")
    assert "there are: d3, faces" == _refusal(tmp_path, "cifar10")
