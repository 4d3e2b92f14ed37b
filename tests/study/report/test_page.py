"""The page needs nothing but itself, tells what matters first, and lets no word of a study become a tag."""

import re
from dataclasses import replace

import pytest
import yaml
from PIL import Image

from study.analysis.findings import findings
from study.records.paths import StudyPaths
from study.records.study import StudyLog
from study.report.page import command, page
from study.report.write import write_report
from tests.study.report.reading import FILES, Page

HOSTILE = "<script>alert('x')</script>"


def test_the_page_fetches_nothing(written):
    text = (written.report / "index.html").read_text()
    sources = Page(text).fetched + re.findall(r"url\(([^)]+)\)", text[: text.index("</style>")])
    assert len(sources) > 10
    assert all(source.startswith("data:image/png;base64,") for source in sources)


def test_every_link_of_the_page_is_a_file_beside_it(written):
    links = set(Page((written.report / "index.html").read_text()).links)
    assert links
    assert links <= FILES


def test_every_picture_of_the_page_is_described(written):
    assert Page((written.report / "index.html").read_text()).alone == []


def test_the_pictures_go_from_dense_to_sparsest(written, log):
    text = (written.report / "index.html").read_text()
    found = findings(log)
    places = [text.index(f"Pictures of {point.id} ") for point in log.trials[found.knee.trial].curve]
    assert sorted(places) == places


def test_a_point_without_pictures_is_named(log, tmp_path):
    found = findings(log)
    paths = StudyPaths(tmp_path)
    paths.samples.mkdir(parents=True)
    Image.new("L", (64, 16)).save(paths.strip(found.front[0].id))
    words = " ".join(Page(page(found, paths, b"")).words.split())
    missing = ", ".join(point.id for point in found.front[1:])
    assert f"Not shown, for want of pictures or of room: {missing}." in words


def test_the_head_tells_what_is_translated_into_what(log, tmp_path):
    log.header["spec"] |= {"task": "colour", "direction": "AtoB"}
    words = " ".join(Page(page(findings(log), StudyPaths(tmp_path), b"")).words.split())
    told = "Study synthetic: digits; TASK=colour: A = colour of a picture, B = the picture; the network draws B from A"
    assert told in words[: words.index("Front")]


def test_what_was_asked_is_told_as_yaml(written, log):
    words = Page((written.report / "index.html").read_text()).words
    told = yaml.safe_load(words[words.index("spec:\n") :].partition("\n\n")[0].partition("Words")[0])
    assert told["spec"] == log.header["spec"]
    assert told["data"] == log.header["data"]


def test_whether_methods_that_train_for_themselves_took_part_is_told(log, tmp_path):
    log.calls = [{"time": 0.0, "seconds": 60.0, "costly": "they take no part"}]
    assert "methods: they take no part" in page(findings(log), StudyPaths(tmp_path), b"")


def test_no_word_of_the_study_becomes_a_tag(written, log, tmp_path):
    plain = Page((written.report / "index.html").read_text()).tags.count("script")
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
    assert warning not in page(findings(log), StudyPaths(tmp_path), b"")
    _rescore(log, skill=0.3)
    assert warning in page(findings(log), StudyPaths(tmp_path), b"")


def test_too_few_real_pictures_are_told(log, tmp_path):
    assert "Indicative." not in page(findings(log), StudyPaths(tmp_path), b"")
    log.header["data"]["indicative"] = True
    assert "Indicative." in page(findings(log), StudyPaths(tmp_path), b"")


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


def test_again_from_nothing_repeats_the_task_and_its_direction(log):
    log.header["spec"] |= {"task": "edges", "direction": "BtoA"}
    assert " DATASET=digits TASK=edges DIRECTION=BtoA SPACE=" in command(findings(log))


def test_a_page_of_twenty_thousand_points_stays_small(log, tmp_path):
    small = len(page(findings(log), StudyPaths(tmp_path), b""))
    assert small < 1_500_000
    _multiply(log, 2500)
    found = findings(log)
    text = page(found, StudyPaths(tmp_path), b"")
    assert len(found.points) > 17_000
    assert len(text) < small + 1_500_000
    assert "more curves are not drawn" in text


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
