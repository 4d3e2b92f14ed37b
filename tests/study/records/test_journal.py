"""The records: whatever happens to their writer, what they tell is what was on disk, and once."""

import json
import math
import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganprune.config import TrialSettings
from ganprune.errors import UserError
from ganprune.point import NullLine
from study.records.journal import SCHEMA, Records, read
from study.records.study import StudyLog

SETTINGS = TrialSettings()
DRAWN = {"method": "percentage", "percentage.threshold": 50.0, "lr_g": 1 / 3e3}


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "records" / "study.jsonl"


@pytest.fixture
def told(path, scored) -> bytes:
    """Records of a small study: one trial ended, one open, a null line."""
    records = Records(path)
    records.study(name="toy", spec={"seed": 0})
    records.call(trials=2, seconds=None, workers=1)
    records.null(NullLine("PCA-Gaussian", "skill 0", None, {"fcd": 30.0}, 1000))
    for trial in (0, 1):
        records.asked(trial, SETTINGS, DRAWN)
        records.point(scored(trial, SETTINGS, 50.0, None))
    records.point(scored(0, SETTINGS, 0.0, 0.0))
    records.ended(0, "completed", 12.5, 6400)
    records.runs({0: "abc"})
    records.close()
    return path.read_bytes()


def test_what_was_written_is_read_again_equal_to_what_the_writer_holds(path, told, scored):
    log = read(path)
    assert Records(path).log == log
    assert (SETTINGS, DRAWN) == (log.trials[0].settings, log.trials[0].drawn)
    assert [scored(0, SETTINGS, 0.0, 0.0), scored(0, SETTINGS, 50.0, None)] == log.trials[0].curve
    assert scored(0, SETTINGS, 50.0, None) == log.trials[0].own
    assert ("completed", 12.5, 6400) == (
        log.trials[0].ended.state,
        log.trials[0].ended.seconds,
        log.trials[0].ended.images,
    )
    assert [0] == [trial.number for trial in log.ended]
    assert [1] == [trial.number for trial in log.open]
    assert 3 == len(log.points)
    assert {0: "abc"} == log.runs
    assert NullLine("PCA-Gaussian", "skill 0", None, {"fcd": 30.0}, 1000) in log.nulls.values()


def test_a_study_without_records_is_empty(path):
    assert StudyLog() == read(path)


def test_the_first_line_names_its_schema_and_every_line_its_kind_and_time(told):
    lines = [json.loads(line) for line in told.splitlines()]
    assert ("study", SCHEMA) == (lines[0]["kind"], lines[0]["schema"])
    assert all(line["kind"] and line["time"] > 1.7e9 for line in lines)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cut_at_any_byte_the_whole_lines_before_are_told_and_writing_goes_on(path, told, data):
    """`kill -9`, or a machine that lost power, in the middle of a line."""
    cut = data.draw(st.integers(0, len(told)))
    path.write_bytes(told[:cut])
    whole = told[: told[:cut].rfind(b"\n") + 1]
    expected = StudyLog()
    for line in whole.splitlines():
        expected.add(json.loads(line))
    assert expected == read(path)

    records = Records(path)
    records.call(trials=9, seconds=None, workers=1)
    records.close()
    assert path.read_bytes().startswith(whole)
    assert whole.count(b"\n") + 1 == path.read_bytes().count(b"\n")
    assert 9 == read(path).calls[-1]["trials"]


def test_a_line_is_on_disk_when_the_call_returns(path):
    records = Records(path)
    records.study(name="toy")
    assert "toy" == read(path).header["name"]


def test_lines_written_together_wait_for_the_disk_once_and_are_all_there(path, scored, monkeypatch):
    waits = []
    monkeypatch.setattr("study.records.journal.os.fsync", waits.append)
    records = Records(path)
    records.study(name="toy")
    with records.together():
        records.asked(0, SETTINGS, DRAWN)
        for threshold in (10.0, 20.0, 30.0):
            records.point(scored(0, SETTINGS, threshold, None))
        assert 1 == len(waits)
        assert records.log == read(path)  # a kill would not lose them
    records.ended(0, "completed", 1.0, 0)
    assert 3 == len(waits)
    assert records.log == read(path)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_no_number_is_read_as_what_it_was(path, told, scored, value):
    Records(path).point(scored(1, SETTINGS, 60.0, None, fcd=value))
    (point,) = [point for point in read(path).points if point.threshold == 60]
    assert repr(value) == repr(point.scores["fcd"])


def test_what_is_told_twice_counts_once(path, told, scored):
    """A worker or driver that was lost scores the same points again."""
    before = len(read(path).points), len(read(path).nulls)
    records = Records(path)
    records.point(scored(0, SETTINGS, 50.0, None))
    records.null(NullLine("PCA-Gaussian", "skill 0", None, {"fcd": 30.0}, 1000))
    assert (
        before == (len(records.log.points), len(records.log.nulls)) == (len(read(path).points), len(read(path).nulls))
    )


def test_continuing_appends_and_never_rewrites(path, told):
    records = Records(path)
    records.ended(1, "stopped", 1.0, 0, "out of time")
    assert path.read_bytes().startswith(told)
    assert [] == read(path).open


def test_runs_are_written_only_when_they_changed(path, told):
    records = Records(path)
    records.runs({0: "abc"})
    assert told == path.read_bytes()
    records.runs({0: "abc", 1: "def"})
    assert {0: "abc", 1: "def"} == read(path).runs


def _refusal(path: Path) -> str:
    with pytest.raises(UserError) as refused:
        read(path)
    (line,) = str(refused.value).splitlines()
    assert str(path) in line
    return line


def test_records_of_a_newer_ganprune_are_refused(path, told):
    path.write_bytes(told.replace(b'"schema": 3', b'"schema": 4', 1))
    assert "newer" in _refusal(path)


@pytest.mark.parametrize(
    "wrong", [b"not json", b"[1, 2]", b"null", b'{"time": 1}', b'{"kind": "dance", "time": 1}', b'{"kind": "ended"}']
)
def test_a_line_that_is_no_record_is_named_by_its_number(path, told, wrong):
    first, *others = told.splitlines(keepends=True)
    path.write_bytes(b"".join([first, wrong + b"\n", *others]))
    assert f"{path}:2" in _refusal(path)


@contextmanager
def _full_disk(path: Path, room: int) -> Iterator[None]:
    """No file may grow beyond what this one has and some bytes more, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + room, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("room", [0, 20])
def test_a_full_disk_is_one_line_and_what_was_told_before_stays(path, told, room):
    records = Records(path)
    with _full_disk(path, room), pytest.raises(UserError) as refused:
        records.ended(1, "completed", 1.0, 0)
    (line,) = str(refused.value).splitlines()
    assert str(path) in line
    assert "free space" in line
    again = Records(path)
    assert told == path.read_bytes()
    assert [1] == [trial.number for trial in again.log.open]


def test_the_error_of_a_full_device_is_told_in_its_words(path, told):
    records = Records(path)
    records._file = open("/dev/full", "ab")  # noqa: SIM115
    with pytest.raises(UserError, match="No space left on device"), closing(records):
        records.ended(1, "completed", 1.0, 0)


def test_the_own_point_of_a_trial_that_went_on_is_that_of_its_last_epoch(path, told, scored):
    """Killed while it scored what it had when time was up, then continued by a call with more time."""
    records = Records(path)
    longer = SETTINGS.model_copy(update={"train": SETTINGS.train.model_copy(update={"epochs": 50})})
    records.point(scored(1, longer, 50.0, None))
    assert 50 == records.log.trials[1].own.epoch
