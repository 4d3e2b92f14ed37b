"""A report is made from records alone, holds what was promised, and is whole or not there."""

import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from PIL import Image

from bench.synthetic import write_study
from ganprune.errors import UserError
from ganprune.metrics import METRICS
from study.analysis.findings import findings
from study.records.journal import read
from study.records.paths import StudyPaths
from study.records.study import StudyLog
from study.report.page import command, page
from study.report.write import write_report
from tests.study.scored_again import score_again, time_it

PROMISED = [
    *("point", "trial", "method", "threshold", "epoch", "sparsity", "fcd", "n_samples", "skill", "coverage"),
    *("uqi", "ssim", "ms_ssim", "params", "nonzero_params", "macs", "bytes", "run_id"),
]
AGAIN = ["fcd_report", "fcd_referee", "fcd_file_lo", "fcd_file_hi", "fcd_setting_lo", "fcd_setting_hi"]
FILES = {"index.html", "pareto.csv", "points.csv", "null.csv", "columns.md", "pareto.json"}
FILES |= {f"{name}.{kind}" for name in ("front", "bytes", "strips") for kind in ("png", "pdf")}
HOSTILE = "<script>alert('x')</script>"

WITHOUT = """
import sys
for name in ("ray", "torch", "mlflow", "optuna"):
    sys.modules[name] = None  # importing it fails
from pathlib import Path
from study.records.paths import StudyPaths
from study.records.journal import read
from study.report.write import write_report
paths = StudyPaths(Path(sys.argv[1]))
write_report(read(paths.records), paths)
"""


class Page(HTMLParser):
    """What a browser would fetch and what one may follow, the tags that there are, and the words."""

    def __init__(self, text: str):
        super().__init__()
        self.fetched, self.links, self.tags, self.alone, self.words = [], [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.fetched += [value for name, value in attrs if name in ("src", "data", "action")]
        self.links += [value for name, value in attrs if name == "href"]
        if tag == "img" and not dict(attrs).get("alt"):
            self.alone.append(attrs)

    def handle_data(self, data):
        self.words += data


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> StudyPaths:
    """A study of twelve trials, its sample strips, and its report."""
    paths = StudyPaths(tmp_path_factory.mktemp("out") / "digits")
    log = write_study(paths.records, 12).log
    paths.samples.mkdir()
    for point in log.points:
        Image.new("L", (64, 16), round(255 * point.sparsity)).save(paths.samples / f"{point.id}.png")
    write_report(log, paths, {trial: f"run{trial}" for trial in range(6)})
    return paths


@pytest.fixture
def log(paths) -> StudyLog:
    return read(paths.records)


def test_the_report_has_its_files_and_leaves_nothing_else(paths):
    assert {file.name for file in paths.report.iterdir()} == FILES
    assert {file.name for file in paths.root.iterdir()} == {"records", "report"}


def test_the_tables_begin_with_the_promised_columns(paths):
    front, points = _table(paths, "pareto.csv"), _table(paths, "points.csv")
    assert list(front[0])[: len(PROMISED)] == PROMISED
    assert list(points[0])[: len(PROMISED + AGAIN)] == PROMISED + AGAIN
    assert {"lr_g", "kcd"} <= front[0].keys() < points[0].keys()
    assert {"eligible", "fcd_stale"} <= points[0].keys()


def test_the_front_has_no_column_that_tells_nothing_but_those_that_are_promised(paths):
    front = _table(paths, "pareto.csv")
    others = front[0].keys() - set(PROMISED)
    assert others
    assert all(len({row[name] for row in front}) > 1 for name in others)
    assert not others & {"weights", "target", "seconds", "epochs"}
    assert "epochs" not in _table(paths, "points.csv")[0]


def test_every_column_has_its_line_in_the_dictionary(paths):
    lines = (paths.report / "columns.md").read_text().splitlines()
    told = [line.split("`")[1] for line in lines if line.startswith("- ")]
    columns = {name for table in ("pareto.csv", "points.csv", "null.csv") for name in _table(paths, table)[0]}
    assert (columns, len(told)) == ({*told}, len({*told}))
    assert f"- `fcd`: {METRICS['fcd'].title}; lower is better." in lines


def test_settings_are_told_as_they_were_trained(paths, log):
    for row in _table(paths, "points.csv"):
        train = log.trials[int(row["trial"])].settings.train
        assert float(row["lr_g"]) == pytest.approx(train.lr_g, rel=1e-5)
        assert float(row["lr_ratio"]) == pytest.approx(train.lr_g / train.lr_d, rel=5e-3)


def test_latency_is_a_column_where_it_was_measured_and_nowhere_else(paths, log, tmp_path):
    assert not [name for name in _table(paths, "pareto.csv")[0] if name.startswith("latency")]
    points = log.points
    front = {row["point"] for row in _table(paths, "pareto.csv")}
    for point in points:
        if point.id in front:
            time_it(log, point)
    write_report(log, StudyPaths(tmp_path))
    rows = _table(StudyPaths(tmp_path), "pareto.csv")
    assert {("0.3", "0.25")} == {(row["latency_ms"], row["latency_dense_ms"]) for row in rows}
    assert {"", "0.3"} == {row["latency_ms"] for row in _table(StudyPaths(tmp_path), "points.csv")}
    page = (tmp_path / "report" / "index.html").read_text()
    assert "1.15 to 1.25 times as long as with the dense network" in page
    assert "latency 0.3 ms, dense 0.25 ms" in page


def test_the_chosen_quality_takes_the_place_of_fcd(log, tmp_path):
    log.header["spec"]["quality"] = "kcd"
    write_report(log, StudyPaths(tmp_path))
    names = list(_table(StudyPaths(tmp_path), "pareto.csv")[0])
    assert ["kcd" if name == "fcd" else name for name in PROMISED] == names[: len(PROMISED)]
    assert "fcd" in names


def test_points_csv_alone_is_enough_to_find_the_front(paths):
    able = [row for row in _table(paths, "points.csv") if row["eligible"] == "True"]
    corners = {row["point"]: (float(row["sparsity"]), -float(row["fcd"])) for row in able}
    front = {
        name
        for name, own in corners.items()
        if not any(other != own and other[0] >= own[0] - 1e-4 and other[1] >= own[1] for other in corners.values())
    }
    assert front == {row["point"] for row in _table(paths, "pareto.csv")}


def test_every_point_of_the_study_is_told_with_its_run(paths, log):
    rows = {row["point"]: row for row in _table(paths, "points.csv")}
    assert {point.id for point in log.points} == rows.keys()
    for point in log.points:
        assert f"{point.scores['fcd']:.6g}" == rows[point.id]["fcd"]
        assert (f"run{point.trial}" if point.trial < 6 else "") == rows[point.id]["run_id"]


def test_null_lines_are_in_their_own_table_alone(paths, log):
    rows = _table(paths, "null.csv")
    assert len(log.nulls) == len(rows)
    assert list(rows[0])[:5] == ["name", "about", "sparsity", "n_samples", "fcd"]
    assert not {row["name"] for row in rows} & {row["point"] for row in _table(paths, "points.csv")}


def test_pareto_json_says_the_same_as_the_table(paths, log):
    told = json.loads((paths.report / "pareto.json").read_text(), parse_constant=pytest.fail)
    found = findings(log)
    assert [row["point"] for row in _table(paths, "pareto.csv")] == [row["point"] for row in told["front"]]
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
    rows = {row["point"]: row for row in _table(paths, "points.csv")}
    for point in log.points:
        again = found.confirmed.get(point.id)
        told = [f"{value:.6g}" for value in again.row().values()] if again else [""] * len(AGAIN)
        expected = dict(zip(AGAIN, told, strict=True))
        assert {name: rows[point.id][name] for name in AGAIN} == expected
    assert found.confirmed


def test_a_page_without_confirmations_has_no_word_of_them(paths):
    text = (paths.report / "index.html").read_text()
    words = text[: text.index('id="charts"')]
    assert "fcd_report" not in words
    assert "cored again on pictures" not in words
    assert json.loads((paths.report / "pareto.json").read_text())["rescored"] is None
    assert not set(AGAIN) & _table(paths, "pareto.csv")[0].keys()


def test_a_setting_that_diverged_when_trained_again_breaks_nothing(log, tmp_path):
    score_again(log)
    for (name, seed), each in log.confirmed.items():
        log.confirmed[name, seed] = replace(each, score=float("inf")) if seed else each
    write_report(log, StudyPaths(tmp_path))
    json.loads((StudyPaths(tmp_path).report / "pareto.json").read_text(), parse_constant=pytest.fail)


def test_the_same_records_give_the_same_bytes(paths, log, tmp_path):
    again = StudyPaths(tmp_path)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "samples").symlink_to(paths.samples)
    write_report(log, again, {trial: f"run{trial}" for trial in range(6)})
    for name in FILES:
        assert (paths.report / name).read_bytes() == (again.report / name).read_bytes(), name


def test_the_report_needs_neither_ray_nor_torch_nor_mlflow(paths, tmp_path):
    copy = tmp_path / "digits"
    (copy / "records").mkdir(parents=True)
    (copy / "records" / "study.jsonl").write_bytes(paths.records.read_bytes())
    subprocess.run([sys.executable, "-c", WITHOUT, copy], check=True)
    assert (copy / "report" / "index.html").exists()


def test_the_page_fetches_nothing(paths):
    text = (paths.report / "index.html").read_text()
    sources = Page(text).fetched + re.findall(r"url\(([^)]+)\)", text[: text.index("</style>")])
    assert len(sources) > 10
    assert all(source.startswith("data:image/png;base64,") for source in sources)


def test_every_link_of_the_page_is_a_file_beside_it(paths):
    links = set(Page((paths.report / "index.html").read_text()).links)
    assert links
    assert links <= FILES


def test_every_picture_of_the_page_is_described(paths):
    assert Page((paths.report / "index.html").read_text()).alone == []


def test_the_pictures_go_from_dense_to_sparsest(paths, log):
    text = (paths.report / "index.html").read_text()
    found = findings(log)
    places = [text.index(f"Pictures of {point.id} ") for point in log.trials[found.knee.trial].curve]
    assert sorted(places) == places


def test_a_point_without_pictures_is_named(log, tmp_path):
    found = findings(log)
    Image.new("L", (64, 16)).save(tmp_path / f"{found.front[0].id}.png")
    words = " ".join(Page(page(found, {}, tmp_path, b"")).words.split())
    missing = ", ".join(point.id for point in found.front[1:])
    assert f"Not shown, for want of pictures or of room: {missing}." in words


def test_what_was_asked_is_told_as_yaml(paths, log):
    words = Page((paths.report / "index.html").read_text()).words
    told = yaml.safe_load(words[words.index("spec:\n") :].partition("\n\n")[0].partition("Words")[0])
    assert told["spec"] == log.header["spec"]
    assert told["data"] == log.header["data"]


def test_no_word_of_the_study_becomes_a_tag(paths, log, tmp_path):
    plain = Page((paths.report / "index.html").read_text()).tags.count("script")
    log.header["data"] |= {"name": HOSTILE, "problems": [HOSTILE]}
    log.header["name"] = HOSTILE
    for trial in log.trials.values():
        trial.drawn["init"] = HOSTILE
        trial.ended = replace(trial.ended, reason=HOSTILE)
    for key, null in log.nulls.items():
        log.nulls[key] = replace(null, name=HOSTILE, about=HOSTILE)
    text = write_report(log, StudyPaths(tmp_path)).read_text()
    assert HOSTILE not in text
    assert plain == Page(text).tags.count("script")


def test_an_undertrained_dense_model_is_told_first(log, tmp_path):
    warning = "The dense model is under-trained; a flat curve proves nothing."
    assert warning not in page(findings(log), {}, tmp_path, b"")
    _rescore(log, skill=0.3)
    assert warning in page(findings(log), {}, tmp_path, b"")


def test_too_few_real_pictures_are_told(log, tmp_path):
    assert "Indicative." not in page(findings(log), {}, tmp_path, b"")
    log.header["data"]["indicative"] = True
    assert "Indicative." in page(findings(log), {}, tmp_path, b"")


def test_scores_that_are_not_finite_break_nothing(log, tmp_path):
    _rescore(log, fcd=float("nan"), skill=float("-inf"), ssim=float("inf"))
    for trial in log.trials.values():
        trial.points = {name: replace(point, eligible=False) for name, point in trial.points.items()}
    paths = StudyPaths(tmp_path)
    assert "There is no front to show" in write_report(log, paths).read_text()
    json.loads((paths.report / "pareto.json").read_text(), parse_constant=pytest.fail)


def test_a_study_without_an_ended_trial_is_refused_in_one_line(tmp_path):
    with pytest.raises(UserError, match=r"^.*no trial has ended.*$"):
        write_report(StudyLog(), StudyPaths(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_study_without_a_point_is_refused_in_one_line(log, tmp_path):
    for trial in log.trials.values():
        trial.points, trial.ended = {}, replace(trial.ended, state="diverged", reason="loss is not finite")
    with pytest.raises(UserError, match=r"^.*12 of 12 trials diverged .*SPACE.*$"):
        write_report(log, StudyPaths(tmp_path))


@pytest.mark.parametrize(
    ("calls", "asked"),
    [
        ([{"trials": None, "seconds": 170.0}], "TIME=170s"),
        ([{"trials": None, "seconds": 600.0}, {"trials": 40, "seconds": 1200.0}], "TRIALS=40 TIME=30m"),
        ([{"trials": None, "seconds": 600.0}, {"trials": 40, "seconds": None}], "TRIALS=40"),
        ([], "TRIALS=12"),
    ],
)
def test_again_from_nothing_repeats_what_was_asked(log, calls, asked):
    log.calls = calls
    expected = f"make study NAME=synthetic DATASET=digits SPACE=digits-cpu QUALITY=fcd SEED=0 {asked}"
    assert command(findings(log)) == expected


def test_a_report_that_can_not_be_written_leaves_the_old_one_whole(log, tmp_path, monkeypatch):
    paths = StudyPaths(tmp_path)
    write_report(log, paths)
    old = {file.name: file.read_bytes() for file in paths.report.iterdir()}
    monkeypatch.setattr("study.report.write.Path.open", _disk_full_at_the_page)
    log.trials.popitem()
    with pytest.raises(UserError, match="No space left"):
        write_report(log, paths)
    assert old == {file.name: file.read_bytes() for file in paths.report.iterdir()}
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


def test_a_page_of_twenty_thousand_points_stays_small(log, tmp_path):
    small = len(page(findings(log), {}, tmp_path, b""))
    assert small < 1_500_000
    _multiply(log, 2500)
    found = findings(log)
    text = page(found, {}, tmp_path, b"")
    assert len(found.points) > 17_000
    assert len(text) < small + 1_500_000
    assert "more curves are not drawn" in text


def _table(paths: StudyPaths, name: str) -> list[dict[str, str]]:
    with (paths.report / name).open(newline="") as file:
        return list(csv.DictReader(file))


def _rescore(log: StudyLog, **scores: float) -> None:
    for trial in log.trials.values():
        points = trial.points.items()
        trial.points = {name: replace(point, scores=point.scores | scores) for name, point in points}


def _multiply(log: StudyLog, trials: int) -> None:
    """The same trials over and over under new numbers, no two points of equal quality."""
    models = list(log.trials.values())
    for number in range(len(models), trials):
        model = models[number % len(models)]
        points = [
            replace(
                point, id=f"t{number}-{name}", trial=number, scores=point.scores | {"fcd": point.scores["fcd"] + number}
            )
            for name, point in model.points.items()
        ]
        log.trials[number] = replace(model, number=number, points={point.id: point for point in points})


def _disk_full_at_the_page(file: Path, mode: str, **how):
    if file.name == "index.html" and mode == "wb":
        raise OSError(28, "No space left on device")
    return open(file, mode, **how)
