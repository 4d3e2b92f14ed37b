"""A comparison as tables: what stands in them, and that they agree."""

import csv
import io

import pytest

from study.report.compare_tables import cells, markdown, seeds_csv, verdicts_csv
from tests.study.comparisons import compared, usual


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return compared(tmp_path_factory.mktemp("compared") / "records.jsonl", usual)


def _read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_there_is_a_row_an_arm_and_group_with_interval_and_verdict(found):
    rows = _read(verdicts_csv(found))
    assert [(g.title, arm) for g in found.comparison.groups for arm in g.arms] == [(r["group"], r["arm"]) for r in rows]
    (row,) = [row for row in rows if (row["arm"], row["group"][:2]) == ("magnitude", "50")]
    assert float(row["ratio_lo"]) < float(row["ratio"]) < float(row["ratio_hi"]) < 1
    assert ("better than percentage", "5", "5120") == (row["verdict"], row["seeds"], row["images"])


def test_every_seed_has_its_row(found):
    rows = _read(seeds_csv(found))
    assert {str(seed) for seed in found.seeds} == {row["seed"] for row in rows}
    assert len(rows) == 5 * len(_read(verdicts_csv(found)))
    assert all(float(row["fcd"]) > 0 and not row["lost"] for row in rows)


def test_markdown_says_what_the_cells_say(found):
    text = markdown(found, "Pruning methods compared: toy", {"claim": "5 > 4"})
    for group in found.comparison.groups:
        assert f"## {group.title}" in text
        for row in cells(found, group):
            assert all(cell in text for cell in row.values())
    assert "**claim**: 5 > 4" in text
    assert "intervals are Holm's" in text
    assert "Every point was given 5,120 training pictures" in text
