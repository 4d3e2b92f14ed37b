"""What a paper is shown of the pictures: one training, one latent a column, the shared sparsities, gaps between."""

import io

import numpy as np
import pytest
from PIL import Image

from bench.synthetic import write_study
from study.analysis.findings import findings
from study.records.paths import StudyPaths
from study.report.plot_strips import strips_figure
from study.report.plots import paper_figures

SIDE = 8


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return findings(write_study(tmp_path_factory.mktemp("records") / "study.jsonl", 6).log)


@pytest.fixture
def paths(found, tmp_path):
    """A strip of 16 grey pictures for every point."""
    paths = StudyPaths(tmp_path)
    paths.samples.mkdir(parents=True)
    for point in found.points:
        Image.fromarray(np.full((SIDE, 16 * SIDE), 100, np.uint8)).save(paths.strip(point.id))
    return paths


def test_a_row_a_shared_sparsity_of_the_answers_own_training(found, paths):
    told = [axes.texts[0].get_text() for axes in strips_figure(found, paths).axes]
    trial = found.log.trials[found.answer.trial]
    shared = [point for point in trial.last_curve if point.target in trial.settings.prune.targets]
    assert len(shared) == len(told)
    assert told[0].startswith("dense\n")
    assert told[-1] == f"{100 * shared[-1].sparsity:.3g} %\n{found.quality} {found.counted.score(shared[-1]):.3g}"


def test_pictures_stand_apart(found, paths):
    shown = strips_figure(found, paths).axes[0].images[0].get_array()
    white = (np.asarray(shown) == 255).all(axis=0)
    assert 11 == white.sum()
    assert {SIDE} == {len(part) for part in np.split(np.arange(len(white)), np.flatnonzero(white))[:1]}


def test_a_report_has_the_figure_only_where_pictures_are_left(found, paths, tmp_path_factory):
    assert "strips.png" not in paper_figures(found, StudyPaths(tmp_path_factory.mktemp("empty")))
    assert Image.open(io.BytesIO(paper_figures(found, paths)["strips.png"])).width > 1000
