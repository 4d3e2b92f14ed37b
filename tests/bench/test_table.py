"""The page of figures shows what was measured."""

import json
from pathlib import Path

from bench.figure import RESULTS
from bench.table import ABOUT, markdown

ROOT = Path(__file__).parent.parent.parent


def test_the_page_shows_the_figures_of_the_last_bench_as_its_command_prints_them():
    assert markdown(json.loads(RESULTS.read_text())) in (ROOT / "docs" / "figures.md").read_text()


def test_every_figure_has_its_words():
    names = {figure["name"] for figure in json.loads(RESULTS.read_text())["figures"]}
    assert names <= set(ABOUT)


def test_what_could_not_be_measured_and_what_was_missed_are_said():
    figure = {"unit": "x", "reach": 5, "n": 0, "spread": []}
    unknown = figure | {"name": "train_speed_gpu", "value": None, "reached": None}
    missed = figure | {"name": "train_speed_cpu", "value": 1.0, "reached": False}
    document = {"figures": [unknown, missed], "hardware": {"cores": 2, "cpu": "x", "gpus": []}, "versions": {}}
    text = markdown(document)
    assert "not measured" in text
    assert "1 x **missed**" in text
