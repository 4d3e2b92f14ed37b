"""The figure for a paper: both formats, text that stays text, and a study without a front."""

import io

import pytest
from PIL import Image

from bench.synthetic import write_study
from study.findings import findings
from study.plots import front_figures


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("records") / "study.jsonl", 6).log


def test_the_png_is_a_column_wide_at_printing_resolution(log):
    picture = Image.open(io.BytesIO(front_figures(findings(log))["front.png"]))
    assert picture.width == 1050  # 3.5 inches at 300 dots
    assert picture.format == "PNG"


def test_the_pdf_holds_lines_and_fonts_and_no_date(log):
    pdf = front_figures(findings(log))["front.pdf"]
    assert pdf.startswith(b"%PDF")
    assert b"/Font" in pdf
    assert b"/Subtype /Image" not in pdf
    assert b"CreationDate" not in pdf


def test_a_study_without_a_front_still_has_a_figure(log):
    found = findings(log)
    found.front.clear()
    assert front_figures(found)["front.png"]
