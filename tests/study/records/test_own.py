"""What a point was made at: its own threshold where there is one, and whatever else its method knows."""

from dataclasses import replace

import pytest

from bench.synthetic import write_study
from ganprune.point import Point
from study.analysis.findings import findings
from study.records.own import own_settings, spelled
from study.records.study import StudyLog
from study.report.tables import points_csv
from study.report.traces import method_traces
from study.tracking import rows


@pytest.fixture
def log(tmp_path) -> StudyLog:
    return write_study(tmp_path / "study.jsonl", trials=1).log


def give(log: StudyLog, **own) -> None:
    """The only trial's method such settings of its own."""
    settings = log.trials[0].settings
    prune = settings.prune.model_copy(update={"own": own})
    log.trials[0].settings = settings.model_copy(update={"prune": prune})


@pytest.fixture
def without(log) -> Point:
    """A point of a method that has no threshold."""
    give(log, period=2, share=0.5)
    points = log.trials[0].points
    points |= {point.id: replace(point, threshold=None) for point in points.values()}
    return log.trials[0].own


def test_a_point_has_its_own_threshold_beside_its_trials_settings(log):
    give(log, threshold=0.5, scope="layer")
    point = next(point for point in log.points if point.target == 0.75)
    assert own_settings(point, log) == {"threshold": point.threshold, "scope": "layer"}


def test_a_point_without_a_threshold_has_its_trials_settings(log, without):
    assert own_settings(without, log) == {"period": 2, "share": 0.5}


def test_settings_are_spelled_as_people_write_them():
    own = {"period": 2, "share": 0.500001, "scope": "layer", "along": True}
    assert spelled(own) == "period 2, share 0.500001, scope layer, along True"


def test_a_point_without_a_threshold_is_in_tables_charts_and_mlflow(log, without):
    found = findings(log)
    table = [line.split(",") for line in points_csv(found)]
    assert {row[table[0].index("threshold")] for row in table[1:]} == {""}
    ((style, _), *_) = method_traces(found)
    assert "period: 2<br>share: 0.5" in style["text"][0]
    assert "threshold" not in style["text"][0]
    assert {"curve/sparsity", "curve/fcd"} <= {row.key for row in rows.curve(log.trials[0])}
    assert "curve/threshold" not in {row.key for row in rows.curve(log.trials[0])}
    assert {"period", "share"} <= {param.key for param in rows.params(log.trials[0])}
