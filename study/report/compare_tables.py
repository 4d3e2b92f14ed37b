"""A comparison as tables: for the eye, as CSV, as Markdown."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from study.analysis.compared import Compared, Row
from study.analysis.compared_words import budget_sentence, dense_sentence, sentences, trust_sentence
from study.analysis.figures import score
from study.analysis.paired import LEVEL, Paired
from study.report.markdown import table
from study.settings.comparison import Group

FAR = 20  # times what it is held against: what an interval reaches beyond says nothing


def cells(found: Compared, group: Group) -> list[dict[str, str]]:
    """A row an arm, as text by column."""
    return [_cells(found, group, row) for row in found.rows[group.title]]


def _cells(found: Compared, group: Group, row: Row) -> dict[str, str]:
    return {
        "arm": row.arm,
        found.metric(group): score(row.score) if row.score else "–",
        "from seed to seed": " ".join(map(score, row.scores.values())) or "–",
        "to dense": _times(row.to_dense),
        f"to {group.against}": _times(row.held),
        "interval": _interval(row),
        "verdict": row.word or ("null line" if not row.competes else "–"),
        "sparsity": _percent(row, "sparsity"),
        "MACs saved": _percent(row, "macs"),
        "pictures a point": f"{row.images:,}",
        "pictures of its curve": f"{row.price:,}",
    }


def level_of(row: Row) -> float:
    """At which its interval errs: plain, where no verdict is given."""
    return row.verdict.level if row.verdict else LEVEL


def _interval(row: Row) -> str:
    if not row.held or not row.held.freedom:
        return "–"
    low, high = row.held.interval(level_of(row))
    return f"{score(low)} to {score(high)}" if 1 / FAR < low <= high < FAR else f"beyond {FAR} times"


def _times(ratio: Paired | None) -> str:
    return f"× {score(ratio.ratio)}" if ratio else "–"


def _percent(row: Row, cost: str) -> str:
    return f"{100 * row.saved[cost]:.3g} %" if cost in row.saved else "–"


def markdown(found: Compared, title: str, about: Mapping[str, str]) -> str:
    """What the page says, for a pull request."""
    lines = [f"# {title}", "", *(f"**{name}**: {text}\n" for name, text in about.items())]
    lines += [f"{each}\n" for each in sentences(found)]
    lines += [f"{dense_sentence(found)} {trust_sentence(found)}", "", budget_sentence(found)]
    for group in found.comparison.groups:
        rows = cells(found, group)
        lines += ["", f"## {group.title}", "", *table(list(rows[0]), [list(row.values()) for row in rows])]
    return "\n".join(lines) + "\n"


def verdicts_csv(found: Compared) -> str:
    """A row an arm and group, with all digits that are of use."""
    rows = [_verdict(found, group, row) for group in found.comparison.groups for row in found.rows[group.title]]
    return _csv(rows)


def _verdict(found: Compared, group: Group, row: Row) -> dict[str, Any]:
    low, high = row.held.interval(level_of(row)) if row.held and row.held.freedom else (None, None)
    return {
        "group": group.title,
        "arm": row.arm,
        "against": group.against,
        found.metric(group): row.score,
        "seeds": len(row.scores),
        "to_dense": row.to_dense and row.to_dense.ratio,
        "ratio": row.held and row.held.ratio,
        "ratio_lo": low,
        "ratio_hi": high,
        "level": level_of(row),
        "p": row.verdict and row.verdict.paired.p,
        "verdict": row.word,
        **{f"{cost}_saved": share for cost, share in row.saved.items()},
        "images": row.images,
        "images_of_all": row.price,
    }


def seeds_csv(found: Compared) -> str:
    """A row an arm, group and seed."""
    rows = [
        {
            "group": group.title,
            "arm": row.arm,
            "seed": seed,
            found.metric(group): row.scores.get(seed),
            "lost": row.lost.get(seed),
        }
        for group in found.comparison.groups
        for row in found.rows[group.title]
        for seed in found.seeds
    ]
    return _csv(rows)


def _csv(rows: Iterable[dict[str, Any]]) -> str:
    rows = [{name: f"{each:.6g}" if isinstance(each, float) else each for name, each in row.items()} for row in rows]
    names = dict.fromkeys(name for row in rows for name in row)
    file = io.StringIO()
    writer = csv.DictWriter(file, list(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
