"""The page's charts are plotly's own words, and draw what they say they draw."""

import json
from dataclasses import replace
from itertools import pairwise, product

import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs_version

from bench.synthetic import write_study
from ganprune.point import NullLine
from study.analysis.figures import size
from study.analysis.findings import Findings, findings
from study.analysis.size_baselines import SIZE, SMALLER
from study.report import shown
from study.report.charts import drift_chart, hypervolume_chart, quality_chart
from study.report.page import PLOTLY
from study.report.tables import finite
from study.report.traces_confirmed import AGAIN, BAND, SMALLER_DENSE
from tests.study.scored_again import add_smaller, score_again


@pytest.fixture
def found(tmp_path) -> Findings:
    return findings(write_study(tmp_path / "study.jsonl", 20).log)


@pytest.fixture
def again(tmp_path) -> Findings:
    """A study whose front was scored again, with dense networks that are small without pruning."""
    log = write_study(tmp_path / "again.jsonl", 20).log
    score_again(log)
    add_smaller(log)
    return findings(log)


@pytest.mark.parametrize("chart", [quality_chart, drift_chart, hypervolume_chart])
@pytest.mark.parametrize("study", ["found", "again"])
def test_plotly_knows_every_setting_of_every_choice(request, study, chart):
    found = request.getfixturevalue(study)
    spec = json.loads(json.dumps(finite(chart(found)), allow_nan=False))
    for x, y in product(spec["x"], spec["y"]):
        columns = zip(spec["data"], x["values"], y["values"], strict=True)
        traces = [_coloured(trace) | {"x": xs, "y": ys} for trace, xs, ys in columns]
        go.Figure(traces, _coloured(spec["layout"] | x["layout"] | y["layout"]))


def test_the_page_draws_with_the_version_whose_settings_are_checked_here():
    assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}\n" in PLOTLY.read_text()[:200]


def test_the_front_is_drawn_with_all_its_points(found):
    spec = quality_chart(found)
    at = [trace["name"] for trace in spec["data"]].index("front")
    assert [point.id for point in found.front] == spec["data"][at]["customdata"]
    assert [point.scores["fcd"] for point in found.front] == pytest.approx(spec["y"][0]["values"][at], abs=1e-5)


def test_every_null_line_is_drawn_or_told_to_be_off_the_chart(found):
    found.log.nulls["far"] = NullLine("untrained generator", "", None, {"fcd": 900.0})
    choice = quality_chart(found)["y"][0]
    drawn = set(_labels(choice))
    assert {"real against real", "PCA-Gaussian", "16 real pictures repeated"} == drawn
    assert "Off the chart: untrained generator (900)." in choice["about"]


def test_names_of_null_lines_never_overlap(found):
    for number in range(4):
        found.log.nulls[number] = NullLine(f"line {number}", "", None, {"fcd": 3.0 + number / 1000})
    choice = quality_chart(found)["y"][0]
    heights = [label["y"] for label in choice["layout"]["annotations"]]
    gap = 0.039 * choice["layout"]["yaxis"]["range"][1]
    assert all(above - below > gap for below, above in pairwise(heights))


def test_drift_shows_its_own_null_lines(found):
    assert "unrelated pairs" in _labels(drift_chart(found)["y"][0])


def test_the_random_control_is_a_curve_of_its_own(found):
    spec = quality_chart(found)
    at = [trace["name"] for trace in spec["data"]].index("random control")
    assert spec["data"][at]["line"]["dash"] == "dash"
    assert spec["x"][1]["values"][at] == [0.5, 0.9]


def test_curves_of_the_front_are_drawn_before_all_others(found, monkeypatch):
    monkeypatch.setattr(shown, "MOST_CURVES", 10)
    drawn = shown.curves_drawn(found)
    assert len(drawn) <= 10
    assert {point.trial for point in found.front} <= {trial.number for trial in drawn}


def test_the_band_lies_between_the_optimistic_and_the_pessimistic_front(again):
    spec = quality_chart(again)
    lower, upper = (at for at, trace in enumerate(spec["data"]) if trace["name"] == BAND)
    assert spec["data"][upper]["fill"] == "tonexty"
    for at, ends in ((lower, again.band.optimistic), (upper, again.band.pessimistic)):
        assert spec["x"][1]["values"][at] == pytest.approx([0, *again.band.sparsity], abs=1e-5)
        assert spec["y"][0]["values"][at] == pytest.approx([ends[0], *ends], abs=1e-5)
        assert set(spec["x"][2]["values"][at]) == {None}  # it is of sparsity


def test_points_scored_again_are_drawn_with_both_bars(again):
    spec = quality_chart(again)
    setting, file, marks = (at for at, trace in enumerate(spec["data"]) if trace["name"] == AGAIN)
    levels = spec["y"][0]["values"]
    assert levels[marks] == pytest.approx([each.own.score for each in again.front_again], abs=1e-5)
    for at, interval in ((setting, "setting"), (file, "file")):
        ends = [end for each in again.front_again for end in getattr(each, interval)]
        assert [level for level in levels[at] if level] == pytest.approx(ends, abs=1e-5)
    skill = next(choice for choice in spec["y"] if choice["title"] == "skill")["values"]
    assert skill[marks] == pytest.approx([each.own.skill for each in again.front_again], abs=1e-5)
    assert set(skill[setting]) == {None}


def test_over_bytes_smaller_dense_networks_stand_as_points_and_not_as_lines(again):
    spec = quality_chart(again)
    at = [trace["name"] for trace in spec["data"]].index(SMALLER_DENSE)
    assert [choice["title"] for choice in spec["x"]] == ["log", "linear", "size"]
    sizes = dict(zip(spec["data"][at]["text"], spec["x"][2]["values"][at], strict=True))
    expected = {SMALLER[name]: again.log.nulls[name, None].scores[SIZE] for name in SMALLER}
    assert sizes == pytest.approx(expected, abs=1e-4)
    assert set(spec["x"][0]["values"][at]) == {None}
    assert not set(_labels(spec["y"][0])) & SMALLER.keys()


def test_a_chart_without_confirmations_has_no_trace_of_them(found):
    assert not {BAND, AGAIN, SMALLER_DENSE} & {trace["name"] for trace in quality_chart(found)["data"]}


def test_whatever_quality_was_asked_for_is_drawn_as_it_was_scored_again(tmp_path):
    log = write_study(tmp_path / "kcd.jsonl", 20).log
    log.header["spec"] = log.header["spec"] | {"quality": "kcd"}
    score_again(log)
    found = findings(log)
    spec = quality_chart(found)
    marks = next(
        at for at, trace in enumerate(spec["data"]) if trace.get("mode") == "markers" and trace["name"] == AGAIN
    )
    assert [each.own.score for each in found.front_again] == pytest.approx(spec["y"][0]["values"][marks], abs=1e-5)
    assert BAND in {trace["name"] for trace in spec["data"]}


def test_texts_that_plotly_would_read_as_markup_are_escaped(found):
    trial = found.log.trials[found.front[0].trial]
    trial.drawn["init"] = "<b>bold</b>"
    assert "<b>bold</b>" not in json.dumps(quality_chart(found))


def test_sizes_are_told_as_people_say_them(again):
    again.log.nulls["large", None] = replace(
        again.log.nulls["dense at 16 bits", None], scores={SIZE: 2_000_000, "fcd": 3}
    )
    ticks = quality_chart(again)["x"][2]["layout"]["xaxis"]["ticktext"]
    assert {"2 MB", "1 MB", "500 kB"} <= set(ticks)


def test_a_hover_tells_the_size_and_what_was_trained(found):
    point = found.front[-1]
    chart = quality_chart(found)
    front = next(trace for trace in chart["data"] if trace["name"] == "front")
    told = front["text"][-1].split("<br>")
    assert told[:2] == [f"<b>{point.id}</b>", f"sparsity {100 * point.sparsity:.4g} %, {size(point.scores[SIZE])}"]
    assert f"threshold: {point.threshold:.4g}" in told


def test_the_last_jump_of_the_hypervolume_is_off_the_frame(found):
    spec = hypervolume_chart(found)
    for choice in spec["x"]:
        assert choice["layout"]["xaxis"]["range"][1] > max(choice["values"][0])
    assert spec["y"][0]["layout"]["yaxis"]["range"][1] > max(spec["y"][0]["values"][0])


def _labels(choice) -> list[str]:
    return [label["text"].replace("<br>", " ") for label in choice["layout"]["annotations"]]


def _coloured(value):
    """plotly checks colours, so the page's names for them need a stand-in."""
    if isinstance(value, dict):
        return {key: _coloured(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_coloured(each) for each in value]
    return "#123456" if isinstance(value, str) and value.startswith("@") else value
