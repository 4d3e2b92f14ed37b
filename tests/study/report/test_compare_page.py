"""The page of a comparison is whole in itself, and says what the tables say."""

import re

from study.report.compare_page import command, compare_page
from study.report.compare_plot import compare_figures
from study.report.compare_tables import cells
from study.report.gap_plot import gap_figures
from tests.study.comparisons import compared, usual


def test_the_page_holds_all_it_shows_and_fetches_nothing(tmp_path):
    found = compared(tmp_path / "r.jsonl", usual, seeds=3)
    figures = compare_figures(found) | gap_figures(found)
    assert {"compare.png", "compare.pdf", "gap.png", "gap.pdf"} == figures.keys()
    assert figures == figures | compare_figures(found)
    again = command({"DATASET": "my pics", "SEEDS": None})
    page = compare_page(found, "Compared: <toy>", {"claim": "5 > 4"}, again, figures)
    assert "How the game went" in page
    alone = {name: figures[name] for name in ("compare.png", "compare.pdf")}
    assert "How the game went" not in compare_page(found, "", {}, again, alone)
    assert "Compared: &lt;toy&gt;" in page
    assert "5 &gt; 4" in page
    assert "make compare DATASET=&#39;my pics&#39;" in page
    assert not re.findall(r'(?:src|href)="(?!data:|[\w.]+")', page)
    text = page.replace("\u00a0", " ")
    assert all(row["verdict"] in text for group in found.comparison.groups for row in cells(found, group))
    assert "indicative" in page
