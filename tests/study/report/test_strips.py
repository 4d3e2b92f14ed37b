"""The strips of the page: of the front, and of the very training that each of its points was pruned from."""

import pytest
from PIL import Image

from bench.synthetic import write_study
from study.analysis.findings import findings
from study.records.paths import StudyPaths
from study.report.strips import strips


@pytest.fixture
def found(tmp_path):
    return findings(write_study(tmp_path / "study.jsonl", 12).log)


@pytest.fixture
def paths(tmp_path):
    paths = StudyPaths(tmp_path)
    paths.samples.mkdir(parents=True)
    return paths


@pytest.mark.parametrize(("side", "tile"), [(16, 64), (28, 56), (32, 64), (64, 64), (128, 128)])
def test_a_picture_takes_a_whole_multiple_of_its_pixels(found, paths, side, tile):
    Image.new("RGB", (16 * side, side)).save(paths.strip(found.answer.id))
    (strip,) = strips(found, paths).values()
    assert (strip.pictures, strip.tile) == (16, tile)


def test_the_front_has_its_dense_generators_beside_it(found, paths):
    for point in found.points:
        Image.new("L", (32, 16)).save(paths.strip(point.id))
    shown = strips(found, paths)
    for point in found.front:
        dense = found.log.dense_of(point)
        assert (dense.trial, dense.epoch, dense.sparsity) == (point.trial, point.epoch, 0)
        assert {point.id, dense.id} <= shown.keys()
