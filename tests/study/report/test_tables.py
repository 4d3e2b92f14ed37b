"""The tables of a report have what was promised, and say of each point what the records say."""

import json

import pytest

from ganprune.metrics import METRICS
from study.analysis.findings import findings
from study.records.paths import StudyPaths
from study.report.write import write_report
from tests.study.report.reading import Page, rows_of
from tests.study.scored_again import score_again, time_it

PROMISED = [
    *("point", "trial", "method", "threshold", "epoch", "sparsity", "fcd", "n_samples", "skill", "coverage"),
    *("uqi", "ssim", "ms_ssim", "params", "nonzero_params", "macs", "bytes", "run_id"),
]
AGAIN = ["fcd_report", "fcd_referee", "fcd_file_lo", "fcd_file_hi", "fcd_setting_lo", "fcd_setting_hi"]


def test_the_tables_begin_with_the_promised_columns(written):
    front, points = rows_of(written, "pareto.csv"), rows_of(written, "points.csv")
    assert list(front[0])[: len(PROMISED)] == PROMISED
    assert list(points[0])[: len(PROMISED + AGAIN)] == PROMISED + AGAIN
    assert {"lr_g", "kcd"} <= front[0].keys() < points[0].keys()
    assert {"eligible", "fcd_stale"} <= points[0].keys()


def test_the_front_has_no_column_that_tells_nothing_but_those_that_are_promised(written):
    front = rows_of(written, "pareto.csv")
    others = front[0].keys() - set(PROMISED)
    assert others
    assert all(len({row[name] for row in front}) > 1 for name in others)
    assert not others & {"weights", "target", "seconds", "epochs"}
    assert "epochs" not in rows_of(written, "points.csv")[0]


def test_every_column_has_its_line_in_the_dictionary(written):
    lines = (written.report / "columns.md").read_text().splitlines()
    told = [line.split("`")[1] for line in lines if line.startswith("- ")]
    columns = {name for table in ("pareto.csv", "points.csv", "null.csv") for name in rows_of(written, table)[0]}
    assert (columns, len(told)) == ({*told}, len({*told}))
    assert f"- `fcd`: {METRICS['fcd'].title}; lower is better." in lines


def test_settings_are_told_as_they_were_trained(written, log):
    for row in rows_of(written, "points.csv"):
        train = log.trials[int(row["trial"])].settings.train
        assert float(row["lr_g"]) == pytest.approx(train.lr_g, rel=1e-5)
        assert float(row["lr_ratio"]) == pytest.approx(train.lr_g / train.lr_d, rel=5e-3)


def test_latency_is_a_column_where_it_was_measured_and_nowhere_else(written, log, tmp_path):
    assert not [name for name in rows_of(written, "pareto.csv")[0] if name.startswith("latency")]
    points = log.points
    front = {row["point"] for row in rows_of(written, "pareto.csv")}
    for point in points:
        if point.id in front:
            time_it(log, point)
    write_report(log, StudyPaths(tmp_path))
    rows = rows_of(StudyPaths(tmp_path), "pareto.csv")
    assert {("0.3", "0.25")} == {(row["latency_ms"], row["latency_dense_ms"]) for row in rows}
    assert {"", "0.3"} == {row["latency_ms"] for row in rows_of(StudyPaths(tmp_path), "points.csv")}
    page = (tmp_path / "report" / "index.html").read_text()
    assert "1.15 to 1.25 times as long as with the dense network" in page
    assert "latency 0.3 ms, dense 0.25 ms" in page


def test_the_chosen_quality_takes_the_place_of_fcd(log, tmp_path):
    log.header["spec"]["quality"] = "kcd"
    write_report(log, StudyPaths(tmp_path))
    names = list(rows_of(StudyPaths(tmp_path), "pareto.csv")[0])
    assert ["kcd" if name == "fcd" else name for name in PROMISED] == names[: len(PROMISED)]
    assert "fcd" in names


def test_points_csv_alone_is_enough_to_find_the_front(written):
    able = [row for row in rows_of(written, "points.csv") if row["eligible"] == "True"]
    corners = {row["point"]: (float(row["sparsity"]), -float(row["fcd"])) for row in able}
    front = {
        name
        for name, own in corners.items()
        if not any(other != own and other[0] >= own[0] - 1e-4 and other[1] >= own[1] for other in corners.values())
    }
    assert front == {row["point"] for row in rows_of(written, "pareto.csv")}


def test_every_point_of_the_study_is_told_with_its_run(written, log):
    rows = {row["point"]: row for row in rows_of(written, "points.csv")}
    assert {point.id for point in log.points} == rows.keys()
    for point in log.points:
        assert f"{point.scores['fcd']:.6g}" == rows[point.id]["fcd"]
        assert (f"run{point.trial}" if point.trial < 6 else "") == rows[point.id]["run_id"]


def test_null_lines_are_in_their_own_table_alone(written, log):
    rows = rows_of(written, "null.csv")
    assert len(log.nulls) == len(rows)
    assert list(rows[0])[:5] == ["name", "about", "sparsity", "n_samples", "fcd"]
    assert not {row["name"] for row in rows} & {row["point"] for row in rows_of(written, "points.csv")}


def test_pareto_json_says_the_same_as_the_table(written, log):
    told = json.loads((written.report / "pareto.json").read_text(), parse_constant=pytest.fail)
    found = findings(log)
    assert [row["point"] for row in rows_of(written, "pareto.csv")] == [row["point"] for row in told["front"]]
    assert (found.knee.id, found.hypervolume, len(found.points)) == (told["knee"], told["hypervolume"], told["points"])
    assert "fingerprint" in told["study"]["data"]
    assert {"headline", "dense", "nulls", "trials", "under_trained", "indicative", "schema"} <= told.keys()


def test_a_front_that_was_scored_again_is_told_in_every_table(log, tmp_path):
    score_again(log)
    paths = StudyPaths(tmp_path)
    text = write_report(log, paths).read_text()
    found, told = findings(log), json.loads((paths.report / "pareto.json").read_text())
    assert found.rescored.sentence in Page(text).words
    assert told["rescored"]["sentence"] == found.rescored.sentence
    assert set(told["rescored"]["stayed"]) == set(found.rescored.stayed)
    assert told["band"]["optimistic"] == found.band.optimistic.tolist()
    rows = {row["point"]: row for row in rows_of(paths, "points.csv")}
    for point in log.points:
        again = found.confirmed.get(point.id)
        told = [f"{value:.6g}" for value in again.row().values()] if again else [""] * len(AGAIN)
        expected = dict(zip(AGAIN, told, strict=True))
        assert {name: rows[point.id][name] for name in AGAIN} == expected
    assert found.confirmed


def test_a_page_without_confirmations_has_no_word_of_them(written):
    text = (written.report / "index.html").read_text()
    words = text[: text.index('id="charts"')]
    assert "fcd_report" not in words
    assert "cored again on pictures" not in words
    assert json.loads((written.report / "pareto.json").read_text())["rescored"] is None
    assert not set(AGAIN) & rows_of(written, "pareto.csv")[0].keys()
