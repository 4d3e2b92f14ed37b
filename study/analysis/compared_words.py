"""What a comparison found, as sentences: one a group, and how far they may be trusted."""

from collections.abc import Iterator, Sequence
from math import log
from statistics import stdev

from study.analysis.compared import ALIKE, Compared, Row
from study.analysis.paired import ENOUGH, LEVEL
from study.settings.arms import DENSE
from study.settings.comparison import Group


def headline(found: Compared) -> str:
    """What is better than the first group's own arm, wherever it was held against it."""
    against = found.comparison.groups[0].against
    rows = [found.rows[group.title] for group in found.comparison.groups if group.against == against]
    better = [{row.arm for row in each if row.verdict and row.verdict.better} for each in rows]
    if always := sorted(set.intersection(*better)):
        return f"{_listed(always)} {_is(always)} better than {against}"
    if once := sorted(set.union(*better)):
        return f"{_listed(once)} {_is(once)} better than {against} in places, none in all"
    return f"Nothing is shown to be better than {against}"


def sentences(found: Compared) -> list[str]:
    """One a group."""
    return [
        f"{group.title}: {'; '.join(_clauses(group, found.rows[group.title]))}." for group in found.comparison.groups
    ]


def _clauses(group: Group, rows: Sequence[Row]) -> Iterator[str]:
    judged = [row for row in rows if row.verdict]
    for word in (f"better than {group.against}", f"worse than {group.against}", ALIKE):
        if arms := [row.arm for row in judged if row.verdict.word.endswith(word)]:
            told = f"{word} from {group.against}" if word == ALIKE else word
            yield f"{_listed(arms)} {_is(arms)} {told}"
    for row in rows:
        if row.lost:
            yield f"{row.arm}: {row.word}"
    if not judged:
        yield "nothing could be held against another"


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def dense_sentence(found: Compared) -> str:
    """The dense line with its noise."""
    scores = list(found.dense.values())
    if not scores:
        return "The dense network was not scored."
    told = f"Dense: {found.quality} {', '.join(f'{score:.3g}' for score in scores)} from seed to seed"
    return f"{told}, {stdev(map(log, scores)):.1%} apart." if len(scores) > 1 else f"{told}."


def trust_sentence(found: Compared) -> str:
    """What the verdicts rest on."""
    seeds = len(found.seeds)
    if found.indicative:
        return (
            f"{seeds} paired seed{'s' * (seeds > 1)}: indicative. A verdict needs {ENOUGH}; intervals are plain"
            f" {1 - LEVEL:.0%} ones, each for itself. SEEDS={ENOUGH} goes on from here."
        )
    asked = sum(row.verdict is not None for rows in found.rows.values() for row in rows)
    return (
        f"{seeds} paired seeds, {asked} questions: intervals are Holm's, so that all verdicts together err with"
        f" {LEVEL:.0%}."
    )


def budget_sentence(found: Compared) -> str:
    """What every point was given, measured; and which were given something else."""
    rows = [row for rows in found.rows.values() for row in rows if row.images]
    (dense,) = found.comparison.named(DENSE)[:1]
    whole = dense.settings.train.epochs * dense.settings.train.epoch_steps(found.pictures) * dense.settings.train.batch
    others = dict.fromkeys(f"{row.arm} ({row.images:,})" for row in rows if abs(row.images / whole - 1) > 0.02)
    but = f", but for {_listed([*others])}" if others else ""
    return (
        f"Every point was given {whole:,} training pictures, shown to both networks, a teacher's and those of"
        f" fine-tuning counted{but}. No setting was tuned: what a search for better ones costs is not counted."
    )
