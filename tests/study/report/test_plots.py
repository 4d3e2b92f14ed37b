"""The figures for a paper: both formats, text that stays text, what was scored again, a study without a front."""

import io
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from bench.synthetic import write_study
from ganprune.point import NullLine
from study.analysis.findings import findings
from study.analysis.size_baselines import SIZE, SMALLER
from study.records.paths import StudyPaths
from study.report.plot_bytes import draw_over_bytes
from study.report.plots import draw_over_cost, figure_of, paper_figures
from study.report.shown import quality_top
from tests.study.scored_again import add_smaller, score_again

NO_PICTURES = StudyPaths(Path("none"))
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("records") / "study.jsonl", 6).log


@pytest.mark.parametrize("name", ["front.png", "bytes.png"])
def test_the_png_is_a_column_wide_at_printing_resolution(log, name):
    picture = Image.open(io.BytesIO(paper_figures(findings(log), NO_PICTURES)[name]))
    assert picture.width == 1050  # 3.5 inches at 300 dots
    assert picture.format == "PNG"


def test_the_pdf_holds_lines_and_fonts_and_no_date(log):
    pdf = paper_figures(findings(log), NO_PICTURES)["front.pdf"]
    assert pdf.startswith(b"%PDF")
    assert b"/Font" in pdf
    assert b"/Subtype /Image" not in pdf
    assert b"CreationDate" not in pdf


def test_a_front_that_was_scored_again_shows_where_it_may_lie(tmp_path):
    log = write_study(tmp_path / "study.jsonl", 6).log
    plain = set(_drawn(draw_over_cost, log).get_legend_handles_labels()[1])
    score_again(log)
    again = set(_drawn(draw_over_cost, log).get_legend_handles_labels()[1])
    assert again - plain == {"optimistic to pessimistic", "scored again"}


def test_smaller_dense_networks_stand_where_they_belong_on_the_axis_of_bytes(tmp_path):
    log = write_study(tmp_path / "study.jsonl", 6).log
    add_smaller(log)
    places = {text.get_text(): text.xy for text in _drawn(draw_over_bytes, log).texts}
    scores = {SMALLER[name]: log.nulls[name, None].scores for name in SMALLER}
    assert places == {name: (each[SIZE], each["fcd"]) for name, each in scores.items()}
    assert not {text.get_text() for text in _drawn(draw_over_cost, log).texts} & places.keys()


@pytest.mark.parametrize("draw", [draw_over_cost, draw_over_bytes])
def test_legend_and_names_of_null_lines_lie_where_no_curve_can_run(tmp_path, draw):
    log = write_study(tmp_path / "study.jsonl", 6).log
    score_again(log)
    add_smaller(log)
    figure = figure_of(findings(log), draw)
    figure.draw_without_rendering()
    (axes,), (legend,) = figure.axes, figure.legends
    frame = axes.get_window_extent()
    assert legend.get_window_extent().y0 >= frame.y1
    nulls = {null.name for null in log.nulls.values()}
    names = [text for text in axes.texts if text.get_text().replace("\n", " ") in nulls]
    assert all(name.get_window_extent().x0 > frame.x1 for name in names)
    assert bool(names) == (draw is draw_over_cost)


def test_names_of_null_lines_never_overlap(tmp_path):
    log = write_study(tmp_path / "study.jsonl", 6).log
    for number in range(4):
        log.nulls[number] = NullLine(f"a line of long name {number}", "", None, {"fcd": 3.0 + number / 1000})
    figure = figure_of(findings(log), draw_over_cost)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert all(below.y1 <= above.y0 for below, above in pairwise(sorted(boxes, key=lambda box: box.y0)))


def test_a_setting_that_diverged_when_trained_again_has_a_figure(tmp_path):
    log = write_study(tmp_path / "study.jsonl", 6).log
    score_again(log)
    for (name, seed), each in log.confirmed.items():
        log.confirmed[name, seed] = replace(each, score=inf) if seed == 2 else each
    assert findings(log).band.pessimistic[-1] == inf
    assert paper_figures(findings(log), NO_PICTURES)["front.png"]


def test_a_study_without_a_front_still_has_a_figure(log):
    found = findings(log)
    found.front.clear()
    assert paper_figures(found, NO_PICTURES)["front.png"]


def _drawn(draw, log) -> Axes:
    axes, found = Figure().add_subplot(), findings(log)
    axes.set_ylim(0, quality_top(found))
    draw(axes, found)
    return axes


def test_a_home_that_cannot_be_written_is_no_word_on_the_screen():
    told = subprocess.run(
        [sys.executable, "-c", "import study.report.plots"],
        cwd=ROOT,
        env={"HOME": "/proc/none", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("", "") == (told.stdout, told.stderr)
