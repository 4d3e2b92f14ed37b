"""The page's charts are plotly's own words, and draw what they say they draw."""

import json
from itertools import pairwise, product

import plotly.graph_objects as go
import pytest

from bench.synthetic import write_study
from ganprune.point import NullLine
from study import curves
from study.charts import drift_chart, hypervolume_chart, quality_chart
from study.findings import Findings, findings
from study.tables import finite


@pytest.fixture
def found(tmp_path) -> Findings:
    return findings(write_study(tmp_path / "study.jsonl", 20).log)


@pytest.mark.parametrize("chart", [quality_chart, drift_chart, hypervolume_chart])
def test_plotly_knows_every_setting_of_every_choice(found, chart):
    spec = json.loads(json.dumps(finite(chart(found)), allow_nan=False))
    for x, y in product(spec["x"], spec["y"]):
        columns = zip(spec["data"], x["values"], y["values"], strict=True)
        traces = [_coloured(trace) | {"x": xs, "y": ys} for trace, xs, ys in columns]
        go.Figure(traces, _coloured(spec["layout"] | x["layout"] | y["layout"]))


def test_the_front_is_drawn_with_all_its_points(found):
    spec = quality_chart(found)
    at = [trace["name"] for trace in spec["data"]].index("front")
    assert [point.id for point in found.front] == spec["data"][at]["customdata"]
    assert [point.scores["fcd"] for point in found.front] == pytest.approx(spec["y"][0]["values"][at], abs=1e-5)


def test_every_null_line_is_drawn_or_told_to_be_off_the_chart(found):
    found.log.nulls["far"] = NullLine("untrained generator", "", None, {"fcd": 900.0})
    choice = quality_chart(found)["y"][0]
    drawn = {label["text"] for label in choice["layout"]["annotations"]}
    assert {"real against real", "PCA-Gaussian", "16 real pictures repeated"} == drawn
    assert "Off the chart: untrained generator (900)." in choice["about"]


def test_names_of_null_lines_never_overlap(found):
    for number in range(4):
        found.log.nulls[number] = NullLine(f"line {number}", "", None, {"fcd": 3.0 + number / 1000})
    choice = quality_chart(found)["y"][0]
    heights = [label["y"] for label in choice["layout"]["annotations"]]
    gap = 0.049 * choice["layout"]["yaxis"]["range"][1]
    assert all(above - below > gap for below, above in pairwise(heights))


def test_drift_shows_its_own_null_lines(found):
    labels = drift_chart(found)["y"][0]["layout"]["annotations"]
    assert "unrelated pairs" in {label["text"] for label in labels}


def test_the_random_control_is_a_curve_of_its_own(found):
    spec = quality_chart(found)
    at = [trace["name"] for trace in spec["data"]].index("random control")
    assert spec["data"][at]["line"]["dash"] == "dash"
    assert spec["x"][1]["values"][at] == [0.5, 0.9]


def test_curves_of_the_front_are_drawn_before_all_others(found, monkeypatch):
    monkeypatch.setattr(curves, "MOST_CURVES", 10)
    drawn = curves.curves_drawn(found)
    assert len(drawn) <= 10
    assert {point.trial for point in found.front} <= {trial.number for trial in drawn}


def test_texts_that_plotly_would_read_as_markup_are_escaped(found):
    trial = found.log.trials[found.front[0].trial]
    trial.drawn["init"] = "<b>bold</b>"
    assert "<b>bold</b>" not in json.dumps(quality_chart(found))


def _coloured(value):
    """plotly checks colours, so the page's names for them need a stand-in."""
    if isinstance(value, dict):
        return {key: _coloured(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_coloured(each) for each in value]
    return "#123456" if isinstance(value, str) and value.startswith("@") else value
