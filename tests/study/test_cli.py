"""Whatever goes wrong is one line that says what, where and what to do; a bug leaves its traceback in a file."""

from pathlib import Path

import pytest

from study import cli
from study.records.journal import Records
from study.records.paths import StudyPaths
from study.settings import variables
from tests.other_user import as_nobody, shared_folder


@pytest.fixture
def out():
    """OUT of one study, of ours, that others may read; no variable of whoever runs the tests is given."""
    with shared_folder() as folder, pytest.MonkeyPatch.context() as patch:
        records = Records(StudyPaths(folder / "toy").records)
        records.study(name="toy")
        for name in variables.NAMES:
            patch.delenv(f"GANPRUNE_{name}", raising=False)
        patch.setenv("GANPRUNE_OUT", str(folder))
        patch.setenv("GANPRUNE_NAME", "toy")
        patch.chdir(folder)
        yield folder


def _main(command: str) -> tuple[object, str]:
    """(exit status, what went to stderr)"""
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        patch.setattr("sys.argv", ["study", command])
        patch.setattr("sys.stderr", type("Lines", (), {"write": lines.append, "flush": lambda *_: None}))
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return ended.value.code, "".join(lines)


def _bug(*_: object) -> None:
    raise RuntimeError("what nobody thought of")


def test_a_bug_is_one_line_and_its_traceback_is_in_the_log_of_the_study(out, monkeypatch):
    monkeypatch.setattr("study.commands.again.report_again", _bug)
    status, told = _main("report")
    log = out / "toy" / "log.txt"
    assert (1, f"error: RuntimeError: what nobody thought of; this is a bug: see {log}\n") == (status, told)
    assert "Traceback" in log.read_text()


def test_where_nothing_may_be_written_the_traceback_goes_where_anybody_may_write(out, monkeypatch):
    monkeypatch.setattr("study.commands.again.report_again", _bug)
    told = as_nobody(lambda: _main("report"))
    place = Path(told.partition("see ")[2].partition("\\n")[0])
    assert place.name.startswith("ganprune-error-")
    assert "what nobody thought of" in place.read_text()
    place.unlink()


def test_records_that_this_user_may_not_read_are_one_line(out):
    records = StudyPaths(out / "toy").records
    records.chmod(0o600)
    told = as_nobody(lambda: _main("report"))
    assert told.startswith(f"(2, 'error: {records}: Permission denied; its owner")
    assert 1 == told.count("\\n")
