"""`make paper` prints two tables, tells what they are of, and does not train twice."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganprune.errors import UserError
from study.commands.paper import run_paper
from study.settings.arguments import Asked, asked

pytestmark = pytest.mark.slow  # 30 epochs, however short
FILES = {"README.md", "tables.csv", "paper.json", "pictures.png"}


def write_pictures(folder: Path, count: int) -> None:
    """Grey squares of 32 pixels on noise, all of one kind."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True)
    for number in range(count):
        pixels = rng.integers(0, 60, (32, 32), np.uint8)
        top, left = rng.integers(0, 16, 2)
        pixels[top : top + 16, left : left + 16] = 200
        Image.fromarray(pixels).save(folder / f"{number}.png")


@pytest.fixture(scope="module")
def given(tmp_path_factory) -> Asked:
    """A DATA_DIR whose `cifar10` is a batch of 128 training pictures: an epoch is one step."""
    folder = tmp_path_factory.mktemp("paper")
    write_pictures(folder / "data" / "cifar10", 160)
    return asked({"DATASET": "cifar10", "DATA_DIR": folder / "data", "OUT": folder / "runs"})


@pytest.fixture(scope="module")
def said(given) -> list[str]:
    said: list[str] = []
    run_paper(given, said.append)
    return said


@pytest.fixture(scope="module")
def folder(given, said) -> Path:
    return given.out / "paper-cifar10"


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "tables.csv").open() as file:
        return list(csv.DictReader(file))


def test_the_files_are_there_and_the_text_is_what_was_printed(folder, said):
    assert {file.name for file in folder.iterdir()} == FILES
    assert (folder / "README.md").read_text() in said[-1]


def test_there_is_a_table_a_method_with_every_statistic_of_every_metric(folder):
    names = [(row["method"], row["metric"], row["statistic"]) for row in rows(folder)]
    assert len(names) == len(set(names)) == 2 * 3 * 7
    assert all(row["sewar"] for row in rows(folder))
    assert all(row["right"] and row["recalibrated"] for row in rows(folder) if row["statistic"] != "mode")


def test_the_published_figures_stand_beside(folder, said):
    published = {(row["method"], row["metric"], row["statistic"]): row["published"] for row in rows(folder)}
    assert published["sensitivity", "uqi", "mean"] == "0.922"
    assert published["percentage", "uqi", "mean"] == "0.950"
    assert '"0.54 percent"' in said[-1]


def test_the_sparsity_that_was_really_reached_is_told(folder):
    reached = json.loads((folder / "paper.json").read_text())["sparsity"]
    assert reached["percentage"]["prunable"] == pytest.approx(0.5, abs=0.001)
    assert reached["sensitivity"]["prunable"] > 0.5
    assert f"{reached['sensitivity']['prunable']:.2%}" in (folder / "README.md").read_text()


def test_it_says_what_size_it_ran_at_and_how_long_it_takes(said):
    assert any("width" in line and "epochs of 128 pictures" in line for line in said)
    assert any("epoch 1 of 30" in line and "left" in line for line in said)


def test_a_second_call_trains_nothing_and_gives_the_same_tables(given, folder, said):
    before, again = (folder / "tables.csv").read_bytes(), []
    run_paper(given, again.append)
    assert not any(line.startswith("epoch 1 of") for line in again)
    assert (folder / "tables.csv").read_bytes() == before


def test_the_strip_has_a_row_for_dense_and_two_for_each_method(folder):
    with Image.open(folder / "pictures.png") as image:
        assert image.size == (16 * 34 + 2, 5 * 34 + 2)


def test_other_data_say_that_the_paper_has_no_figures_for_them(given, folder):
    """The same pictures under another name are the same training."""
    data = given.data_dir / "cifar10"
    data.rename(given.data_dir / "others")
    said: list[str] = []
    run_paper(given.model_copy(update={"dataset": str(given.data_dir / "others")}), said.append)
    assert "no figures for this data set" in said[-1]
    assert not any(row["published"] for row in rows(given.out / "paper-others"))


def test_too_few_pictures_are_one_line(tmp_path):
    write_pictures(tmp_path / "few", 60)
    with pytest.raises(UserError, match="60 pictures; at least 64 are needed"):
        run_paper(asked({"DATASET": str(tmp_path / "few"), "OUT": tmp_path / "runs"}), print)
